"""Where the CDK put the code that a resource is deployed with."""

from pathlib import Path

from wellmade.graph import Resource


def asset_of(resource: Resource, place: str) -> Path | None:
    """Return the asset of a function or a layer, a folder or an archive; None if it has none.

    The CDK's command line has its path written into the template. An app that is run without it, or with
    `--no-asset-metadata`, leaves the name in the bucket alone: the hash that the asset is called by, too.

    Args:
        resource: The function or the layer.
        place: The property that holds its code.
    """
    folder = resource.template.parent
    if path := resource.metadata.get("aws:asset:path"):
        return folder / str(path)
    key = resource.get(f"{place}.S3Key")
    name = f"asset.{key.removesuffix('.zip')}" if isinstance(key, str) and "/" not in key else ""
    found = (folder / name, folder / f"{name}.zip") if name else ()
    return next((each for each in found if each.exists()), None)
