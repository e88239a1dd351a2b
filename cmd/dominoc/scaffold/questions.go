package scaffold

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Question asks for a value of a new environment's file.
type Question struct {
	Flag  string
	Usage string
	Asked string // on a terminal
	Must  bool   // an open question requires an answer

	path string // in the environment; the schema's diagnostics there concern the answer

	// open reports whether to ask, after the answers so far.
	open func(*Draft) bool

	// suggested returns the answer that replaces an empty one; nil if there is none.
	suggested func(*Draft) string
}

// Questions returns the questions, in the order in which they are asked.
func Questions() []Question {
	return []Question{
		{Flag: "account", path: "account", Must: true, open: lacking("account"),
			Asked: "AWS account", Usage: "AWS `account`, 12 digits"},
		{Flag: "region", path: "region", Must: true, open: lacking("region"),
			Asked: "region", Usage: "AWS `region`"},
		{Flag: "zones", path: "zones", Must: true, open: lacking("zones"), suggested: nodeZones,
			Asked: "zones of the nodes, 1 or 3", Usage: "`zones` of the nodes, 1 or 3, separated by commas"},
		{Flag: "control-plane-zones", path: "controlPlaneZones", Must: true, open: oneZone, suggested: controlPlaneZones,
			Asked: "zones of the control plane, 2 or 3, for the life of the cluster", Usage: "`zones` of the control plane, 2 or 3; with one zone of the nodes"},
		{Flag: "fqdn", path: "domain.fqdn", Must: true, open: lacking("domain.fqdn"),
			Asked: "host name of Domino", Usage: "host `name` of Domino"},
		{Flag: "kubernetes", path: "cluster.version", Must: true, open: lacking("cluster.version"), suggested: newest,
			Asked: "version of Kubernetes", Usage: "`version` of Kubernetes"},
		{Flag: "management-cidr", path: "cluster.endpoint.privateCIDRs", open: without("public-cidrs"),
			Asked: "range of the management cluster, where it reaches the private endpoint", Usage: "`range` of the management cluster, to reach the private endpoint"},
		{Flag: "connection", path: "network.peers", open: with("management-cidr"),
			Asked: "connection that leads there, a pcx-, tgw- or vgw- id", Usage: "`id` of the peering or gateway that leads to the management cluster"},
		{Flag: "attach", path: "network.peers", open: throughGateway, suggested: no,
			Asked: "attach the VPC to that gateway: true, or false where its owner does", Usage: "`true` attaches the VPC to the gateway of --connection; default: false, its owner does"},
		{Flag: "public-cidrs", path: "cluster.endpoint.allowedCIDRs", open: without("management-cidr"),
			Asked: "ranges that may reach a public endpoint, where there is to be one", Usage: "`ranges` that may reach a public endpoint, separated by commas"},
		{Flag: "cidr", path: "network.cidr", open: (*Draft).ownRange, suggested: (*Draft).freeCIDR,
			Asked: "range of the VPC", Usage: "`range` of the VPC; default: one that the fleet does not use"},
		{Flag: "role", path: "provider.roleARN", open: (*Draft).noRole, suggested: ownRole,
			Asked: "role that Crossplane assumes in the account", Usage: "`ARN` of the role that Crossplane assumes; default: role/dominoc-provider-NAME of the account"},
	}
}

// lacking opens a question while the schema requires its path, or the field above it.
func lacking(path string) func(*Draft) bool {
	group, _, _ := strings.Cut(path, ".")
	return func(n *Draft) bool { return n.found("missing-field", path) || n.found("missing-field", group) }
}

func oneZone(n *Draft) bool { return n.found("control-plane-zones-required", "zones") }

func with(flag string) func(*Draft) bool {
	return func(n *Draft) bool { return n.Answers[flag] != "" }
}

func without(flag string) func(*Draft) bool {
	return func(n *Draft) bool { return n.Answers[flag] == "" }
}

// throughGateway opens a question about a connection that a VPC can be attached to.
func throughGateway(n *Draft) bool {
	kind, _, _ := strings.Cut(n.Answers["connection"], "-")
	return kind == "tgw" || kind == "vgw"
}

func no(*Draft) string { return "false" }

// found reports whether the schema has a diagnostic about the file so far.
func (n *Draft) found(code, path string) bool {
	_, draft := n.File()
	return slices.ContainsFunc(draft.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == code && d.Path == path })
}

// unanswered are the codes of diagnostics that another answer removes.
var unanswered = []string{"missing-field", "control-plane-zones-required"}

// concerning returns the errors at the question's path without those that a further answer removes.
func (q Question) concerning(l diag.List) diag.List {
	var all diag.List
	for _, d := range l {
		rest, at := strings.CutPrefix(d.Path, q.path)
		within := at && (rest == "" || rest[0] == '.' || rest[0] == '[')
		if within && d.Severity == diag.Error && !slices.Contains(unanswered, d.Code) {
			all = append(all, d)
		}
	}
	return all
}

// Values returns the answers that the shell completes.
func (q Question) Values(date string) []string {
	var all []string
	switch q.Flag {
	case "region":
		for _, r := range catalog.Regions() {
			all = append(all, r.Name)
		}
	case "kubernetes":
		all = check.Offered(date)
	case "attach":
		all = []string{"false", "true"}
	}
	return all
}

// newest returns the newest Kubernetes version without a warning on the day of the run;
// empty if the table of versions is too old to have one.
func newest(n *Draft) string {
	all := check.Offered(n.Date)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// nodeZones returns the first three of the region, or its first where it has fewer:
// two are not allowed (R6).
func nodeZones(n *Draft) string {
	zones := n.zones()
	if len(zones) < 3 {
		zones = zones[:min(1, len(zones))]
	}
	return strings.Join(zones[:min(3, len(zones))], ",")
}

// controlPlaneZones returns the first three of the region, or all where it has fewer.
func controlPlaneZones(n *Draft) string {
	zones := n.zones()
	return strings.Join(zones[:min(3, len(zones))], ",")
}

// zones returns the region's zones in the catalogue, else those that nearly every region
// has. Only AWS knows which zones an account has.
func (n *Draft) zones() []string {
	region := n.Answers["region"]
	if region == "" {
		return nil
	}
	if known := catalog.ZonesOf(region); len(known) > 0 {
		return known
	}
	return []string{region + "a", region + "b", region + "c"}
}

// freeCIDR returns a range of the default size that neither the fleet nor the
// management cluster uses.
func (n *Draft) freeCIDR() string {
	var members []check.Member
	for _, r := range n.fleet {
		if r.Environment != nil {
			members = append(members, check.Member{Environment: r.Environment, At: r.Source.At})
		}
	}
	management := &v1alpha1.Environment{}
	management.Network.Peers = []v1alpha1.Peer{{CIDR: n.Answers["management-cidr"]}}
	members = append(members, check.Member{Environment: management})
	free, ok := check.Free(members, netip.MustParsePrefix(defaultCIDR))
	if !ok {
		return ""
	}
	return free.String()
}

// ownRange reports whether the folders above do not set the range of the VPC.
func (n *Draft) ownRange() bool {
	_, draft := n.File()
	env := draft.Environment
	return env != nil && env.Network.VPC == nil && env.Network.CIDR == defaultCIDR
}

// noRole reports whether the folders above do not set a role.
func (n *Draft) noRole() bool {
	_, draft := n.File()
	return draft.Environment != nil && draft.Environment.Provider.RoleARN == ""
}

// ownRole returns a role for this environment alone: environments that share a role are
// one trust domain.
func ownRole(n *Draft) string {
	_, draft := n.File()
	region := catalog.RegionNamed(draft.Environment.Region)
	return check.OwnRole(region.Partition, draft.Environment.Account, n.Name)
}

// defaultCIDR is the schema's default.
const defaultCIDR = "10.0.0.0/16"

// Answers are by flag.
type Answers map[string]string

func (a Answers) Has(flag string) bool { return a[flag] != "" }

// Set returns the function that takes the answer to a question from its flag.
func (a Answers) Set(q Question) func(string) error {
	return func(text string) error {
		a[q.Flag] = strings.TrimSpace(text)
		return nil
	}
}
