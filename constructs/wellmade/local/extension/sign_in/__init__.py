"""Who signs in to user pools of Cognito, and by what."""
