"""Templates of CloudFormation and SAM that no CDK wrote, deployed from their files."""
