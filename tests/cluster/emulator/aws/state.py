"""What the layer remembers beside moto, by account and region."""

import base64
import datetime
import threading
import time
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Memory:
    """One account in one region. Each service keeps to its own fields."""

    clusters: dict = field(default_factory=dict)  # EKS: by name
    backup_policies: dict = field(default_factory=dict)  # EFS: status by file system
    protections: dict = field(default_factory=dict)  # EFS: replication overwrite protection by file system
    rotations: dict = field(default_factory=dict)  # KMS: period in days by key
    cache_rules: dict = field(default_factory=dict)  # ECR: by prefix
    log_classes: dict = field(default_factory=dict)  # CloudWatch Logs: by group
    backup_plans: dict = field(default_factory=dict)  # Backup: selections by plan


class World:
    """All accounts. delay is how many seconds EKS takes for what it makes; offerings are by region."""

    def __init__(self, delay=0.0, offerings=None):
        self.delay = delay
        self.offerings = offerings or {}
        self.lock = threading.RLock()
        self.authority = certificate_authority()
        self._memories = {}

    def memory(self, request):
        return self.memory_of(request.account, request.region)

    def memory_of(self, account, region):
        return self._memories.setdefault((account, region), Memory())

    def taking(self, since):
        """Whether AWS is still at what it began then."""
        return time.time() < since + self.delay


def certificate_authority():
    """A certificate that parses, for clusters that nobody reaches."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes")])
    begin = datetime.datetime(2026, 1, 1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=2046))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.PEM)).decode()
