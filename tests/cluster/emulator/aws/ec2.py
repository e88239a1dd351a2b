"""Networks: fields that moto lacks, and what may not go while it is in use."""

import base64
import re

from moto.ec2.models import ec2_backends

from . import connections, dependencies
from .fault import Fault

ENDPOINT = re.compile(rb"<vpcEndpointId>([^<]+)</vpcEndpointId>")
BORDER = re.compile(rb"(</publicIp>)")
RULE = re.compile(rb"<securityGroupRuleId>([^<]+)</securityGroupRuleId>")


def answer(world, request):
    operation = request.form.get("Action", "")
    dependencies.check(world, request, operation)
    connections.check(request, operation)
    if operation == "CreateTransitGatewayVpcAttachment":
        return connections.attach_transit_gateway(request)
    if operation == "CreateVpcPeeringConnection":
        return connections.ask(request)
    if operation == "CreateVpc":
        return connections.meet(request, request.moto())
    if operation == "DescribeLaunchTemplates":
        return launch_templates(request)
    if operation in ("CreateLaunchTemplate", "CreateLaunchTemplateVersion"):
        return launch_template(request)
    if operation in ("DescribeAddresses", "AllocateAddress"):
        return addresses(request)
    if operation == "DescribeSecurityGroupRules":
        return rules(request.moto(), request)
    if operation in ("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"):
        return authorize(request)
    if operation == "CreateVpcEndpoint":
        return create_endpoint(request)
    if operation == "DescribeVpcEndpoints":
        return dns(request.moto(), request)
    if operation == "DeleteVpcEndpoints":
        return delete_endpoints(request)
    return None


def launch_template(request):
    """moto puts the template's own tags into its data, and takes any user data."""
    check_user_data(request.form.get("LaunchTemplateData.UserData", ""))
    answer = request.moto()
    for template in request.backend(ec2_backends).launch_templates.values():
        for version in template.versions:
            if version.data.get("TagSpecifications"):
                version.data["TagSpecifications"] = [
                    tags for tags in version.data["TagSpecifications"] if tags.get("ResourceType") != "launch-template"
                ]
    return answer


def launch_templates(request):
    """moto shows the tags that a template was made with, whatever became of them."""
    for template in request.backend(ec2_backends).launch_templates.values():
        template.tags = template.get_tags()
    return request.moto()


def check_user_data(encoded):
    try:
        text = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise Fault("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.") from None
    if len(text) > 16384:
        raise Fault("InvalidParameterValue", "User data is limited to 16384 bytes")


def addresses(request):
    answer = request.moto()
    if answer.good and b"networkBorderGroup" not in answer.body:
        group = b"<networkBorderGroup>" + request.region.encode() + b"</networkBorderGroup>"
        answer.body = BORDER.sub(rb"\1" + group + b"<publicIpv4Pool>amazon</publicIpv4Pool>", answer.body)
    return answer


def rules(answer, request):
    if answer.good and b"securityGroupRuleArn" not in answer.body:
        arn = request.arn("security-group-rule").encode()
        answer.body = RULE.sub(
            lambda found: found[0] + b"<securityGroupRuleArn>" + arn + b"/" + found[1] + b"</securityGroupRuleArn>", answer.body
        )
    return answer


def authorize(request):
    """moto keeps the description of a range, not that of a group."""
    answer = request.moto()
    group = request.backend(ec2_backends).get_security_group_from_id(request.form.get("GroupId"))
    description = request.form.get("IpPermissions.1.Groups.1.Description")  # the provider makes one rule at a time
    for id in RULE.findall(answer.body) if group and description else []:
        group.get_rule(id.decode()).ip_range["Description"] = description
    return rules(answer, request)


def create_endpoint(request):
    """An interface has the VPC's own group when the request names none."""
    answer = request.moto()
    ec2 = request.backend(ec2_backends)
    for id in ENDPOINT.findall(answer.body):
        endpoint = ec2.vpc_end_points[id.decode()]
        if endpoint.vpc_endpoint_type == "Interface" and not endpoint.security_group_ids:
            endpoint.security_group_ids = [group.id for group in ec2.groups[endpoint.vpc_id].values() if group.name == "default"]
        endpoint.inbound_resolver_only = request.form.get("DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint")
    return dns(answer, request)


def dns(answer, request):
    """An interface has DNS options, of which the request names a few; moto has none."""
    endpoints = request.backend(ec2_backends).vpc_end_points

    def options(found):
        endpoint = endpoints.get(found[1].decode())
        if not endpoint or endpoint.vpc_endpoint_type != "Interface":
            return found[0]
        only = getattr(endpoint, "inbound_resolver_only", None)
        only = f"<privateDnsOnlyForInboundResolverEndpoint>{only}</privateDnsOnlyForInboundResolverEndpoint>" if only else ""
        return found[0] + (
            f"<dnsOptions><dnsRecordIpType>ipv4</dnsRecordIpType>{only}<privateDnsPreference>ALL_DOMAINS</privateDnsPreference>"
            "<privateDnsSpecifiedDomainSet><item>*</item></privateDnsSpecifiedDomainSet></dnsOptions>"
        ).encode()

    if answer.good and b"<dnsOptions>" not in answer.body:
        answer.body = ENDPOINT.sub(options, answer.body)
    return answer


def delete_endpoints(request):
    """moto looks for routes that it never made in tables that were added later, and describes for ever what is gone."""
    endpoints = request.backend(ec2_backends).vpc_end_points
    named = [id for name, id in request.form.items() if name.startswith("VpcEndpointId.") and id in endpoints]
    for id in named:
        endpoints[id].route_table_ids = []
    answer = request.moto()
    for id in named:
        del endpoints[id]
    return answer
