"""Parts of `KubernetesPlatform`: its cluster, its nodes, its manifests."""
