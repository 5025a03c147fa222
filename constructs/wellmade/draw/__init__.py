"""Pictures of templates: what there is, where it runs, and what flows between."""

from wellmade.draw.picture import Arrow, Box, Flow, Frame, Picture, Status

__all__ = ["Arrow", "Box", "Flow", "Frame", "Picture", "Status"]
