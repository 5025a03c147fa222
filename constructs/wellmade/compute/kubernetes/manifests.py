"""The manifests of a service: what Kubernetes runs, scales, lets in and never takes away at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsGroup": 10_001,
    "runAsNonRoot": True,
    "runAsUser": 10_001,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What the profile `restricted` asks for, with a user that no node has.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""
_ALB = "alb"
_SCHEME = {True: "internet-facing", False: "internal"}


@dataclass(frozen=True)
class Service:
    """What the manifests of a service say."""

    name: str
    namespace: str
    image: str
    port: int
    variables: Mapping[str, str]
    cpu: str
    memory: str
    least: int
    most: int
    cpu_utilization: int
    health_check_path: str
    sources: Sequence[str]
    """Address ranges that may send requests: those of the load balancer's subnets."""
    certificate: str | None
    public: bool
    processor: str
    """Which the image is built for, as nodes are labelled."""
    subnets: str
    """Of the load balancer, with commas between them."""


def manifests_of(service: Service) -> list[Manifest]:
    """Return the manifests of a service, in the order in which they are applied."""
    return [
        _account(service),
        _settings(service),
        _deployment(service),
        _inside(service),
        _ingress(service),
        _scaling(service),
        _budget(service),
        _network_policy(service),
    ]


def shared(namespaces: Sequence[str], *, auto_mode: bool) -> list[Manifest]:
    """Return what all services share: namespaces that let restricted pods in alone, and closed by default."""
    found: list[Manifest] = []
    for each in namespaces:
        levels = dict.fromkeys(("enforce", "warn", "audit"), "restricted")
        labels = {f"pod-security.kubernetes.io/{name}": level for name, level in levels.items()}
        found.append(_object("v1", "Namespace", {"name": each, "labels": labels}))
        closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        meta = {"name": "closed", "namespace": each}
        found.append(_object("networking.k8s.io/v1", "NetworkPolicy", meta, spec=closed))
    found.append(
        _object(
            "networking.k8s.io/v1",
            "IngressClass",
            {"name": _ALB},
            spec={"controller": "eks.amazonaws.com/alb" if auto_mode else "ingress.k8s.aws/alb"},
        )
    )
    if auto_mode:
        # Auto Mode enforces network policies where this is said.
        # Source: https://docs.aws.amazon.com/eks/latest/userguide/auto-net-pol.html
        meta = {"name": "amazon-vpc-cni", "namespace": "kube-system"}
        found.append(_object("v1", "ConfigMap", meta, data={"enable-network-policy-controller": "true"}))
    return found


def kinds_of(manifests: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return kind and namespace of each manifest, those in a `List` too."""
    found = []
    for each in manifests:
        if each["kind"] == "List":
            found += kinds_of(each["items"])
        else:
            found.append((str(each["kind"]), str(each["metadata"].get("namespace", "default"))))
    return found


def _object(api: str, kind: str, metadata: Mapping[str, Any], **more: Any) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": dict(metadata), **more}


def _meta(service: Service, **more: Any) -> Manifest:
    labels = {"app.kubernetes.io/name": service.name, "app.kubernetes.io/managed-by": "wellmade"}
    return {"name": service.name, "namespace": service.namespace, "labels": labels, **more}


def _selector(service: Service) -> Manifest:
    return {"matchLabels": {"app.kubernetes.io/name": service.name}}


def _account(service: Service) -> Manifest:
    return _object("v1", "ServiceAccount", _meta(service), automountServiceAccountToken=False)


def _settings(service: Service) -> Manifest:
    return _object("v1", "ConfigMap", _meta(service), data=dict(sorted(service.variables.items())))


def _deployment(service: Service) -> Manifest:
    probe = {"httpGet": {"path": service.health_check_path, "port": "http"}}
    share = {"cpu": service.cpu, "memory": service.memory}
    container = {
        "name": service.name,
        "image": service.image,
        "imagePullPolicy": "Always",
        "ports": [{"name": "http", "containerPort": service.port}],
        "envFrom": [{"configMapRef": {"name": service.name}}],
        # As much memory as is asked for, so that a pod is never ended for what another takes.
        "resources": {"requests": share, "limits": share},
        "readinessProbe": {**probe, "periodSeconds": 5, "timeoutSeconds": 2},
        "livenessProbe": {**probe, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": 3},
        "securityContext": RESTRICTED,
        # The load balancer hears that a pod is leaving before the program does.
        "lifecycle": {"preStop": {"sleep": {"seconds": 15}}},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 - in the container
    }
    pod = {
        "serviceAccountName": service.name,
        "nodeSelector": {"kubernetes.io/arch": service.processor},
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": 60,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": _selector(service),
            }
        ],
        "containers": [container],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
    }
    spec = {
        # No number of replicas: an apply would take back what the autoscaler has decided.
        "selector": _selector(service),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {"metadata": {"labels": _meta(service)["labels"]}, "spec": pod},
    }
    return _object("apps/v1", "Deployment", _meta(service), spec=spec)


def _inside(service: Service) -> Manifest:
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    return _object(
        "v1", "Service", _meta(service), spec={"selector": _selector(service)["matchLabels"], "ports": ports}
    )


def _ingress(service: Service) -> Manifest:
    prefix = "alb.ingress.kubernetes.io"
    secured = {f"{prefix}/certificate-arn": service.certificate, f"{prefix}/ssl-redirect": "443"}
    ports = '[{"HTTP": 80}, {"HTTPS": 443}]' if service.certificate else '[{"HTTP": 80}]'
    annotations = {
        f"{prefix}/scheme": _SCHEME[service.public],
        **({f"{prefix}/subnets": service.subnets} if service.subnets else {}),
        f"{prefix}/target-type": "ip",
        f"{prefix}/healthcheck-path": service.health_check_path,
        f"{prefix}/listen-ports": ports,
        **(secured if service.certificate else {}),
    }
    backend = {"service": {"name": service.name, "port": {"name": "http"}}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    spec = {"ingressClassName": _ALB, "rules": [{"http": {"paths": paths}}]}
    return _object("networking.k8s.io/v1", "Ingress", _meta(service, annotations=annotations), spec=spec)


def _scaling(service: Service) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": service.cpu_utilization}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service.name},
        "minReplicas": service.least,
        "maxReplicas": service.most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 300}},
    }
    return _object("autoscaling/v2", "HorizontalPodAutoscaler", _meta(service), spec=spec)


def _budget(service: Service) -> Manifest:
    spec = {"maxUnavailable": 1, "selector": _selector(service)}
    return _object("policy/v1", "PodDisruptionBudget", _meta(service), spec=spec)


def _network_policy(service: Service) -> Manifest:
    """Let the load balancer in; names, TLS and what is in the network out."""
    sources = [{"ipBlock": {"cidr": each}} for each in service.sources]
    dns = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    credentials = {"ipBlock": {"cidr": "169.254.170.23/32"}}
    spec = {
        "podSelector": _selector(service),
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": sources, "ports": [{"protocol": "TCP", "port": service.port}]}],
        "egress": [
            {"ports": dns},
            {"ports": [{"protocol": "TCP", "port": 443}]},
            # Stores in the network: their security groups say which.
            {"to": sources, "ports": [{"protocol": "TCP", "port": 1024, "endPort": 65535}]},
            # Where Pod Identity hands out the role's credentials.
            {"to": [credentials], "ports": [{"protocol": "TCP", "port": 80}]},
        ],
    }
    return _object("networking.k8s.io/v1", "NetworkPolicy", _meta(service), spec=spec)
