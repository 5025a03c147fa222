"""The embedded AWS: any CDK app, deployed and driven on this machine."""
