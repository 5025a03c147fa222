"""What somebody who looks at this cloud needs, and AWS has in its console or not at all."""
