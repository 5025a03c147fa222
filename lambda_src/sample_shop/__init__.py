"""The shop of the sample handlers: its orders, clicks and events. No part of the runtime."""
