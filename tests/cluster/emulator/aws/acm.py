"""Certificate Manager: options of a certificate."""

from moto.acm.models import acm_backends

from .fault import missing
from .request import reply


def answer(_, request):
    if request.target != "UpdateCertificateOptions":
        return None
    certificate = request.backend(acm_backends)._certificates.get(request.json["CertificateArn"])
    if certificate is None:
        raise missing("Could not find certificate")
    certificate.cert_options = dict(certificate.cert_options or {}, **request.json["Options"])
    return reply({})
