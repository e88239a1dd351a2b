"""Networks: fields that moto lacks, and what may not go while it is in use."""

import re

from moto.ec2.models import ec2_backends

from . import dependencies

BORDER = re.compile(rb"(</publicIp>)")
RULE = re.compile(rb"<securityGroupRuleId>([^<]+)</securityGroupRuleId>")


def answer(world, request):
    operation = request.form.get("Action", "")
    dependencies.check(world, request, operation)
    if operation in ("CreateLaunchTemplate", "CreateLaunchTemplateVersion"):
        return launch_template(request)
    if operation in ("DescribeAddresses", "AllocateAddress"):
        return addresses(request)
    if operation in ("DescribeSecurityGroupRules", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"):
        return rules(request)
    return None


def launch_template(request):
    """moto puts the template's own tags into its data."""
    answer = request.moto()
    for template in request.backend(ec2_backends).launch_templates.values():
        for version in template.versions:
            if version.data.get("TagSpecifications"):
                version.data["TagSpecifications"] = [
                    tags for tags in version.data["TagSpecifications"] if tags.get("ResourceType") != "launch-template"
                ]
    return answer


def addresses(request):
    answer = request.moto()
    if answer.good and b"networkBorderGroup" not in answer.body:
        group = b"<networkBorderGroup>" + request.region.encode() + b"</networkBorderGroup>"
        answer.body = BORDER.sub(rb"\1" + group + b"<publicIpv4Pool>amazon</publicIpv4Pool>", answer.body)
    return answer


def rules(request):
    answer = request.moto()
    if answer.good and b"securityGroupRuleArn" not in answer.body:
        arn = request.arn("security-group-rule").encode()
        answer.body = RULE.sub(
            lambda found: found[0] + b"<securityGroupRuleArn>" + arn + b"/" + found[1] + b"</securityGroupRuleArn>", answer.body
        )
    return answer
