package scaffold

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/catalog"
)

// Text returns the file, not yet formatted, as far as its answers are known. Any text is
// possible as a value: the schema decides whether it is right.
func (n *Draft) Text() []byte {
	var b strings.Builder
	b.WriteString("package environment\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\nenvironment: v1alpha1.#Environment & {\n")
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, value)
		}
	}
	line("name", quote(n.Name))
	line("account", quote(n.Answers["account"]))
	line("region", quote(n.Answers["region"]))
	zones, controlPlaneZones := n.Answers.list("zones"), n.Answers.list("control-plane-zones")
	if zones != "" {
		b.WriteString("\n// The index of a zone is its slot, which decides its addresses: append, never reorder.\n")
	}
	line("zones", zones)
	if controlPlaneZones != "" {
		b.WriteString("\n// Cannot change once the cluster exists.\n")
	}
	line("controlPlaneZones", controlPlaneZones)
	b.WriteString("\n")
	if n.Answers.Has("fqdn") {
		line("domain", "fqdn: "+quote(n.Answers["fqdn"]))
	}
	b.WriteString(n.network() + n.cluster() + n.pools() + "\n" + n.drivers())
	b.WriteString("\n// Access, load balancer and flow logs are deleted after a year; if unset, they are kept.\nstorage: buckets: monitoring: retentionDays: 365\n")
	b.WriteString("\n// The Auto Scaling groups and network interfaces of node groups get the environment's tags.\ntagging: {\nautoScalingGroups: true\nnetworkInterfaces: true\n}\n")
	if n.Answers.Has("role") {
		b.WriteString("\n// The role that Crossplane assumes in the account; dominoc policy prints its permissions.\n")
		line("provider", "roleARN: "+quote(n.Answers["role"]))
	}
	b.WriteString(n.accepted() + "}\n")
	return []byte(b.String())
}

func (n *Draft) network() string {
	var fields []string
	a := n.Answers
	if a.Has("cidr") {
		fields = append(fields, "cidr: "+quote(a["cidr"]))
	}
	if a.Has("management-cidr") && a.Has("connection") {
		fields = append(fields, fmt.Sprintf("peers: [{\nname: \"management\"\ncidr: %s\nconnection: %s\n%s}]", quote(a["management-cidr"]), quote(a["connection"]), a.attach()))
	}
	return group("network", fields)
}

// attach returns nothing for a gateway that its owner attaches, which is the schema's
// default. An answer that is not a boolean is written as text, which the schema refuses.
func (a Answers) attach() string {
	switch a["attach"] {
	case "", "false":
		return ""
	case "true":
		return "attach: true\n"
	}
	return "attach: " + quote(a["attach"]) + "\n"
}

func (n *Draft) cluster() string {
	var fields []string
	a := n.Answers
	if a.Has("kubernetes") {
		fields = append(fields, "version: "+quote(a["kubernetes"]))
	}
	if a.Has("management-cidr") {
		fields = append(fields, fmt.Sprintf("endpoint: privateCIDRs: [%s]", quote(a["management-cidr"])))
	}
	if public := a.list("public-cidrs"); public != "" {
		fields = append(fields, fmt.Sprintf("endpoint: {\npublic: true\nallowedCIDRs: %s\n}", public))
	}
	return group("cluster", fields)
}

// pools returns the pools, with the image pull settings of Domino's Terraform modules. The
// settings are not defaults of the schema, because they would roll existing pools, and the
// place of the instance type is not, because existing pools cannot change it.
func (n *Draft) pools() string {
	text := "\n// EKS rolls the nodes of these pools when their instance type changes. A pool with several\n// types has \"nodeGroup\" instead. An existing pool cannot change between the two.\n" +
		"pools: {\nplatform: instanceTypeIn: \"launchTemplate\"\ndefault: instanceTypeIn: \"launchTemplate\"\n"
	if n.GPU {
		text += "\"default-gpu\": instanceTypeIn: \"launchTemplate\"\n"
	}
	return text + `}

// Nodes pull images with the settings of Domino's Terraform modules. Layers are unpacked
// in parallel, which needs 4 vCPUs and a disk throughput of 600 MiB/s.
pools: [string]: {
kubelet: {registryPullQPS: 12, registryBurst: 40}
soci: true
disk: throughputMiBps: 600
}
`
}

func (n *Draft) drivers() string {
	if catalog.RegionNamed(n.Answers["region"]).Partition != "aws" {
		return "// EKS installs the EBS CSI driver, Domino's installer the EFS CSI driver.\nstorage: drivers: {ebs: \"addon\", efs: \"installer\"}\n"
	}
	return "// EKS installs the EBS CSI driver, limited to the volumes of this cluster; Domino's installer installs the EFS CSI driver.\nstorage: drivers: {\nebs: \"addon\"\nvolumes: \"cluster\"\nefs: \"installer\"\n}\n"
}

func (n *Draft) accepted() string {
	var fields []string
	for _, code := range slices.Sorted(maps.Keys(n.Accept)) {
		fields = append(fields, quote(code)+": "+quote(n.Accept[code]))
	}
	if len(fields) == 0 {
		return ""
	}
	return "\n// Accepted diagnostics, with the reasons; dominoc vet reports entries that are no longer needed." + group("accept", fields)
}

// group returns a field that is a struct: without braces if it has a single field, and
// nothing if it has none.
func group(label string, fields []string) string {
	switch len(fields) {
	case 0:
		return ""
	case 1:
		return "\n" + label + ": " + fields[0] + "\n"
	}
	return "\n" + label + ": {\n" + strings.Join(fields, "\n") + "\n}\n"
}

// quote returns text as a JSON string, which is CUE; nothing for no text.
func quote(text string) string {
	if text == "" {
		return ""
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string has JSON
	}
	return string(quoted)
}

// list returns the texts of an answer that are separated by commas, as a CUE list; nothing
// for none.
func (a Answers) list(flag string) string {
	var quoted []string
	for text := range strings.SplitSeq(a[flag], ",") {
		if text = strings.TrimSpace(text); text != "" {
			quoted = append(quoted, quote(text))
		}
	}
	if len(quoted) == 0 {
		return ""
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
