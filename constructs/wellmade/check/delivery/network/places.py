"""In which subnets something runs, also by way of a subnet group."""

from wellmade.graph import Graph, Resource, as_list, is_known

_SUBNET = "AWS::EC2::Subnet"
_BY_GROUP = {
    "AWS::RDS::DBInstance": "DBSubnetGroupName",
    "AWS::RDS::DBCluster": "DBSubnetGroupName",
    "AWS::DocDB::DBCluster": "DBSubnetGroupName",
    "AWS::ElastiCache::ReplicationGroup": "CacheSubnetGroupName",
    "AWS::ElastiCache::CacheCluster": "CacheSubnetGroupName",
}
"""What names a group of subnets, and where."""
_NAMED_HERE = {
    "AWS::EFS::MountTarget": "SubnetId",
    "AWS::ElastiCache::ServerlessCache": "SubnetIds",
    "AWS::OpenSearchService::Domain": "VPCOptions.SubnetIds",
}


def subnets_of(graph: Graph, resource: Resource) -> list[Resource]:
    """Return the subnets of a resource; none if the templates do not show all of them."""
    if resource.type in _BY_GROUP:
        group = graph.target(resource.get(_BY_GROUP[resource.type]))
        return _all(graph, group, "SubnetIds") if group else []
    if resource.type in _NAMED_HERE:
        return _all(graph, resource, _NAMED_HERE[resource.type])
    placement = graph.placement(resource)
    return list(placement.subnets) if placement and placement.endpoints_known else []


def _all(graph: Graph, holder: Resource, path: str) -> list[Resource]:
    values = as_list(holder.get(path))
    found = [graph.target(value, _SUBNET) for value in values]
    subnets = [subnet for subnet in found if subnet]
    return subnets if len(subnets) == len(found) and is_known(holder.get(path)) else []
