"""Work that is asked for over HTTP."""

from wellmade.api.lambda_api import LambdaApi

__all__ = ["LambdaApi"]
