"""Buckets: tags that come with a creation, what a bucket has and refuses by default, and who may write its logs."""

import json
import re
from fnmatch import fnmatchcase

from moto.s3.models import LOGGING_SERVICE_PRINCIPAL, FakeBucket, s3_backends

from .request import Answer, xml

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
TAG = re.compile(rb"<Tag>\s*<Key>(.*?)</Key>\s*<Value>(.*?)</Value>\s*</Tag>", re.S)
BLOCKED = re.compile(rb"<EncryptionType>(.*?)</EncryptionType>")


def answer(_, request):
    if request.method == "PUT" and not request.query and len(request.path) == 1 and request.body:
        return create(request)
    if request.method == "PUT" and "encryption" in request.query:
        return encrypt(request)
    if request.method == "GET" and "encryption" in request.query:
        return encryption(request)
    if request.method == "GET" and "requestPayment" in request.query:
        return payer(request)
    return None


def create(request):
    answer = request.moto()
    if answer.good and b"<CreateBucketConfiguration" in request.body and b"<Tag>" in request.body:
        tags = {key.decode(): value.decode() for key, value in TAG.findall(request.body)}
        s3_backends[request.account][request.partition].put_bucket_tagging(request.path[0], tags)
    return answer


def encrypt(request):
    """moto forgets which sorts of encryption are blocked. A request that names none changes none."""
    answer = request.moto()
    blocked = [sort.decode() for sort in BLOCKED.findall(request.body)]
    if answer.good and blocked:
        bucket(request).blocked_encryption_types = blocked
    return answer


def encryption(request):
    """AWS encrypts every bucket, one that nobody configured with its own keys, and lets no client bring one."""
    answer = request.moto()
    if answer.good:
        return Answer(answer.status, answer.body.replace(b"</Rule>", f"{blocked(request)}</Rule>".encode()), answer.headers)
    if b"ServerSideEncryptionConfigurationNotFoundError" not in answer.body:
        return answer
    rule = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled>"
    return xml(f'<ServerSideEncryptionConfiguration xmlns="{NAMESPACE}"><Rule>{rule}{blocked(request)}</Rule></ServerSideEncryptionConfiguration>')


def blocked(request):
    sorts = getattr(bucket(request), "blocked_encryption_types", ["SSE-C"])
    return "<BlockedEncryptionTypes>" + "".join(f"<EncryptionType>{sort}</EncryptionType>" for sort in sorts) + "</BlockedEncryptionTypes>"


def bucket(request):
    return s3_backends[request.account][request.partition].get_bucket(request.path[0])


def payer(request):
    answer = request.moto()
    if not answer.good or b"<Payer>" in answer.body:
        return answer
    return xml(f'<RequestPaymentConfiguration xmlns="{NAMESPACE}"><Payer>BucketOwner</Payer></RequestPaymentConfiguration>')


def lets_log(target_bucket, target_prefix):
    """Whether a bucket's policy lets S3 write logs below a prefix."""
    written = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}log"
    for statement in json.loads(target_bucket.policy or b"{}").get("Statement", []):
        principal = statement.get("Principal")
        if (
            statement["Effect"] == "Allow"
            and isinstance(principal, dict)
            and LOGGING_SERVICE_PRINCIPAL in texts(principal.get("Service"))
            and "s3:PutObject" in texts(statement.get("Action"))
            and any(fnmatchcase(written, pattern) for pattern in texts(statement.get("Resource")))
        ):
            return True
    return False


def texts(value):
    """A policy has one text or a list of them."""
    return [value] if isinstance(value, str) else value or []


FakeBucket._log_permissions_enabled_policy = staticmethod(lets_log)  # moto's takes statements with one resource
