package scaffold

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Environment is what a new environment's file says. What is empty is left out.
type Environment struct {
	Name, Account, Region    string
	Zones, ControlPlaneZones []string
	FQDN, Version            string
	CIDR                     string

	// ManagementCIDR is the range from which the private endpoint is reached,
	// by Connection. Attach says whether the VPC is attached to that, as CUE does.
	ManagementCIDR, Connection, Attach string

	// PublicCIDRs may reach the public endpoint.
	PublicCIDRs []string

	// RoleARN is the role that Crossplane assumes.
	RoleARN string

	GPU bool // a pool of GPU nodes

	// ClusterVolumes limits the driver of volumes to those of the cluster.
	ClusterVolumes bool

	// Accept has the reasons for which codes are accepted.
	Accept map[string]string
}

// File is the environment's file, not yet formatted. Any text is possible as a
// value: whether it is right, the schema says.
func (e Environment) File() []byte {
	var b strings.Builder
	b.WriteString("package environment\n\nimport \"github.com/dominoc/dominoc/schema/v1alpha1\"\n\nenvironment: v1alpha1.#Environment & {\n")
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", label, value)
		}
	}
	line("name", quote(e.Name))
	line("account", quote(e.Account))
	line("region", quote(e.Region))
	if len(e.Zones) > 0 {
		b.WriteString("\n// The place in this list is a zone's slot and decides its addresses: append, never reorder.\n")
	}
	line("zones", quoteAll(e.Zones))
	if len(e.ControlPlaneZones) > 0 {
		b.WriteString("\n// Fixed for the life of the cluster.\n")
	}
	line("controlPlaneZones", quoteAll(e.ControlPlaneZones))
	b.WriteString("\n")
	if e.FQDN != "" {
		line("domain", "fqdn: "+quote(e.FQDN))
	}
	b.WriteString(e.network())
	b.WriteString(e.cluster())
	b.WriteString(e.pools())
	b.WriteString("\n" + e.drivers())
	b.WriteString("\n// Access, load balancer and flow logs are deleted after a year; left out, never.\nstorage: buckets: monitoring: retentionDays: 365\n")
	b.WriteString("\n// What AWS makes for a node group has the environment's tags too.\ntagging: {\nautoScalingGroups: true\nnetworkInterfaces: true\n}\n")
	if e.RoleARN != "" {
		b.WriteString("\n// The role that Crossplane assumes here; dominoc policy prints what it needs.\n")
		line("provider", "roleARN: "+quote(e.RoleARN))
	}
	b.WriteString(e.accepted())
	b.WriteString("}\n")
	return []byte(b.String())
}

func (e Environment) network() string {
	var fields []string
	if e.CIDR != "" {
		fields = append(fields, "cidr: "+quote(e.CIDR))
	}
	if e.ManagementCIDR != "" && e.Connection != "" {
		fields = append(fields, fmt.Sprintf("peers: [{\nname: \"management\"\ncidr: %s\nconnection: %s\n%s}]", quote(e.ManagementCIDR), quote(e.Connection), e.attach()))
	}
	return group("network", fields)
}

// attach leaves a gateway that its owner attaches to the schema's default. What is no
// boolean is text, which the schema refuses.
func (e Environment) attach() string {
	switch e.Attach {
	case "", "false":
		return ""
	case "true":
		return "attach: true\n"
	}
	return "attach: " + quote(e.Attach) + "\n"
}

func (e Environment) cluster() string {
	var fields []string
	if e.Version != "" {
		fields = append(fields, "version: "+quote(e.Version))
	}
	if e.ManagementCIDR != "" {
		fields = append(fields, fmt.Sprintf("endpoint: privateCIDRs: [%s]", quote(e.ManagementCIDR)))
	}
	if len(e.PublicCIDRs) > 0 {
		fields = append(fields, fmt.Sprintf("endpoint: {\npublic: true\nallowedCIDRs: %s\n}", quoteAll(e.PublicCIDRs)))
	}
	return group("cluster", fields)
}

// pools pull images as Domino's Terraform modules would have it. To pools that exist
// it would be a roll, so it is no default of the schema.
func (e Environment) pools() string {
	text := "\npools: {\nplatform: {}\ndefault: {}\n"
	if e.GPU {
		text += "\"default-gpu\": {}\n"
	}
	return text + `}

// Nodes of every pool pull images as Domino's Terraform modules have it. The layers of
// an image are unpacked in parallel, which takes 4 vCPU and a disk of 600 MiB/s.
pools: [string]: {
kubelet: {registryPullQPS: 12, registryBurst: 40}
soci: true
disk: throughputMiBps: 600
}
`
}

func (e Environment) drivers() string {
	if !e.ClusterVolumes {
		return "// EKS brings the CSI driver of volumes, and Domino's installer that of datasets.\nstorage: drivers: {ebs: \"addon\", efs: \"installer\"}\n"
	}
	return "// EKS brings the CSI driver of volumes, for those of this cluster alone, and Domino's installer that of datasets.\nstorage: drivers: {\nebs: \"addon\"\nvolumes: \"cluster\"\nefs: \"installer\"\n}\n"
}

func (e Environment) accepted() string {
	var fields []string
	for _, code := range slices.Sorted(maps.Keys(e.Accept)) {
		fields = append(fields, quote(code)+": "+quote(e.Accept[code]))
	}
	if len(fields) == 0 {
		return ""
	}
	return "\n// Not checked, or not reported, for these reasons; dominoc vet tells when one is no longer needed." + group("accept", fields)
}

// group is a field that is a struct: without braces around a single field of its
// own, and nothing without any.
func group(label string, fields []string) string {
	switch len(fields) {
	case 0:
		return ""
	case 1:
		return "\n" + label + ": " + fields[0] + "\n"
	}
	return "\n" + label + ": {\n" + strings.Join(fields, "\n") + "\n}\n"
}

// quote writes text as JSON does, which is CUE; nothing for no text.
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

func quoteAll(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
