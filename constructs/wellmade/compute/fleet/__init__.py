"""Parts of `InstanceFleet`: the instances, what they run, how many there are."""
