package standin

import (
	"encoding/base64"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// report is status.atProvider: of what is wanted that which the CRD knows there,
// the ids, and what AWS fills in.
func (o *object) report(k kind, d *definition) any {
	report := map[string]any{}
	for key, value := range o.spec() {
		if property, ok := d.properties[key]; ok {
			report[key] = property.prune(value)
		}
	}
	report["id"] = o.name()
	if k.arn != "" || k.name != nil {
		report["arn"] = o.ownARN(k, o.name())
	}
	o.fill(report)
	return d.prune(report)
}

func (o *object) fill(report map[string]any) {
	switch o.service() {
	case "eks/Cluster":
		id := o.digest()[:32]
		report["endpoint"] = "https://" + id + ".gr7." + o.text("region") + ".eks.amazonaws.com"
		report["status"] = "ACTIVE"
		report["platformVersion"] = "eks.1"
		report["certificateAuthority"] = list(map[string]any{"data": base64.StdEncoding.EncodeToString([]byte(id))})
		report["identity"] = list(map[string]any{"oidc": list(map[string]any{
			"issuer": "https://oidc.eks." + o.text("region") + ".amazonaws.com/id/" + id,
		})})
	case "eks/NodeGroup":
		report["status"] = "ACTIVE"
		report["resources"] = list(map[string]any{
			"autoscalingGroups": list(map[string]any{"name": "eks-" + o.name() + "-" + o.uuid()}),
		})
	case "ec2/LaunchTemplate":
		report["latestVersion"] = o.version(report)
		report["defaultVersion"] = int64(1)
	case "acm/Certificate":
		report["status"] = "ISSUED"
		report["domainValidationOptions"] = list(map[string]any{
			"domainName":          o.text("domainName"),
			"resourceRecordName":  "_" + o.digest()[:32] + "." + o.text("domainName") + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + o.digest()[32:] + ".acm-validations.aws.",
		})
	case "ecr/Repository":
		report["repositoryUrl"] = o.account.id + ".dkr.ecr." + o.text("region") + ".amazonaws.com/" + o.name()
	case "kms/Key":
		report["keyId"] = o.name()
	case "efs/FileSystem":
		report["dnsName"] = o.name() + ".efs." + o.text("region") + ".amazonaws.com"
	}
}

// version counts the launch template's versions: AWS makes one at each change.
func (o *object) version(wanted map[string]any) int64 {
	observed, _, _ := unstructured.NestedMap(o.Object, "status", "atProvider")
	last, _, _ := unstructured.NestedInt64(observed, "latestVersion")
	if last == 0 {
		return 1
	}
	for key, value := range wanted {
		if !equal(observed[key], value) {
			return last + 1
		}
	}
	return last
}

// autoscalingGroup is the name that EKS gave to the group of a node group.
func autoscalingGroup(o *object) string {
	resources, _, _ := unstructured.NestedSlice(o.Object, "status", "atProvider", "resources")
	if len(resources) == 0 {
		return ""
	}
	groups, _, _ := unstructured.NestedSlice(resources[0].(map[string]any), "autoscalingGroups")
	if len(groups) == 0 {
		return ""
	}
	name, _ := groups[0].(map[string]any)["name"].(string)
	return name
}

func list(items ...any) []any { return items }
