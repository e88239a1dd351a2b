package cli

import (
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/cmd/dominoc/scaffold"
	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// question is something that a new environment's file may have to say.
type question struct {
	flag  string
	path  string // of the environment; what the schema says there concerns the answer
	usage string
	asked string // on a terminal
	must  bool   // there must be an answer where the question is open

	// open tells whether it is worth asking, after the answers so far.
	open func(*creation) bool

	// suggested is taken for an empty answer; nil: nothing is.
	suggested func(*creation) string
}

// questions are in the order in which they are asked.
func questions() []question {
	return []question{
		{flag: "account", path: "account", must: true, open: lacking("account"),
			asked: "AWS account", usage: "AWS `account`, 12 digits"},
		{flag: "region", path: "region", must: true, open: lacking("region"),
			asked: "region", usage: "AWS `region`"},
		{flag: "zones", path: "zones", must: true, open: lacking("zones"), suggested: nodeZones,
			asked: "zones of the nodes, 1 or 3", usage: "`zones` of the nodes, 1 or 3, separated by commas"},
		{flag: "control-plane-zones", path: "controlPlaneZones", must: true, open: oneZone, suggested: controlPlaneZones,
			asked: "zones of the control plane, 2 or 3, for the life of the cluster", usage: "`zones` of the control plane, 2 or 3; with one zone of the nodes"},
		{flag: "fqdn", path: "domain.fqdn", must: true, open: lacking("domain.fqdn"),
			asked: "host name of Domino", usage: "host `name` of Domino"},
		{flag: "kubernetes", path: "cluster.version", must: true, open: lacking("cluster.version"), suggested: newest,
			asked: "version of Kubernetes", usage: "`version` of Kubernetes"},
		{flag: "management-cidr", path: "cluster.endpoint.privateCIDRs", open: without("public-cidrs"),
			asked: "range of the management cluster, where it reaches the private endpoint", usage: "`range` of the management cluster, to reach the private endpoint"},
		{flag: "connection", path: "network.peers", open: with("management-cidr"),
			asked: "connection that leads there, a pcx-, tgw- or vgw- id", usage: "`id` of the peering or gateway that leads to the management cluster"},
		{flag: "attach", path: "network.peers", open: throughGateway, suggested: no,
			asked: "attach the VPC to that gateway: true, or false where its owner does", usage: "`true` attaches the VPC to the gateway of --connection; default: false, its owner does"},
		{flag: "public-cidrs", path: "cluster.endpoint.allowedCIDRs", open: without("management-cidr"),
			asked: "ranges that may reach a public endpoint, where there is to be one", usage: "`ranges` that may reach a public endpoint, separated by commas"},
		{flag: "cidr", path: "network.cidr", open: (*creation).ownRange, suggested: (*creation).freeCIDR,
			asked: "range of the VPC", usage: "`range` of the VPC; default: one that the fleet does not use"},
		{flag: "role", path: "provider.roleARN", open: (*creation).noRole, suggested: ownRole,
			asked: "role that Crossplane assumes in the account", usage: "`ARN` of the role that Crossplane assumes; default: role/dominoc-provider-NAME of the account"},
	}
}

// lacking opens a question as long as the schema lacks its answer, or what that
// is a part of.
func lacking(path string) func(*creation) bool {
	group, _, _ := strings.Cut(path, ".")
	return func(n *creation) bool { return n.found("missing-field", path) || n.found("missing-field", group) }
}

func oneZone(n *creation) bool { return n.found("control-plane-zones-required", "zones") }

func with(flag string) func(*creation) bool {
	return func(n *creation) bool { return n.replies[flag] != "" }
}

func without(flag string) func(*creation) bool {
	return func(n *creation) bool { return n.replies[flag] == "" }
}

// throughGateway opens a question about a connection that a VPC can be attached to.
func throughGateway(n *creation) bool {
	kind, _, _ := strings.Cut(n.replies["connection"], "-")
	return kind == "tgw" || kind == "vgw"
}

func no(*creation) string { return "false" }

// found tells what the schema says of the file as far as it is known.
func (n *creation) found(code, path string) bool {
	_, draft := n.draft()
	return slices.ContainsFunc(draft.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == code && d.Path == path })
}

// unanswered are the codes of what another question will answer.
var unanswered = []string{"missing-field", "control-plane-zones-required"}

// concerning is what is wrong at the question's path, but for what is not said.
func (q question) concerning(l diag.List) diag.List {
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

// values are what the shell completes.
func (q question) values(date string) []string {
	var all []string
	switch q.flag {
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

// newest is the newest version that nothing warns of on the day of the run; empty
// where the table of versions is too old to know one.
func newest(n *creation) string {
	all := check.Offered(string(n.date))
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// nodeZones are the first three of the region, or its first where it has fewer:
// two are not allowed (R6).
func nodeZones(n *creation) string {
	zones := n.zones()
	if len(zones) < 3 {
		zones = zones[:min(1, len(zones))]
	}
	return strings.Join(zones[:min(3, len(zones))], ",")
}

// controlPlaneZones are the first three of the region, or all where it has fewer.
func controlPlaneZones(n *creation) string {
	zones := n.zones()
	return strings.Join(zones[:min(3, len(zones))], ",")
}

// zones are those of the region that the catalogue knows, else those that nearly
// every region has. Which an account has, AWS alone knows.
func (n *creation) zones() []string {
	region := n.replies["region"]
	if region == "" {
		return nil
	}
	if known := catalog.ZonesOf(region); len(known) > 0 {
		return known
	}
	return []string{region + "a", region + "b", region + "c"}
}

// freeCIDR is a range of the default size that neither the fleet nor the
// management cluster uses.
func (n *creation) freeCIDR() string {
	var members []check.Member
	for _, in := range inputs(n.fleet) {
		members = append(members, check.Member{Environment: in.Environment, At: in.At})
	}
	management := &v1alpha1.Environment{}
	management.Network.Peers = []v1alpha1.Peer{{CIDR: n.replies["management-cidr"]}}
	members = append(members, check.Member{Environment: management})
	free, ok := check.Free(members, netip.MustParsePrefix(defaultCIDR))
	if !ok {
		return ""
	}
	return free.String()
}

// ownRange tells that the folders above say nothing of the VPC's range.
func (n *creation) ownRange() bool {
	_, draft := n.draft()
	env := draft.Environment
	return env != nil && env.Network.VPC == nil && env.Network.CIDR == defaultCIDR
}

// noRole tells that the folders above name no role.
func (n *creation) noRole() bool {
	_, draft := n.draft()
	return draft.Environment != nil && draft.Environment.Provider.RoleARN == ""
}

// ownRole is a role for this environment alone: one that several share is one
// trust domain.
func ownRole(n *creation) string {
	_, draft := n.draft()
	region := catalog.RegionNamed(draft.Environment.Region)
	return check.OwnRole(region.Partition, draft.Environment.Account, n.name)
}

// defaultCIDR is what the schema takes where nothing is said.
const defaultCIDR = "10.0.0.0/16"

// replies are by flag.
type replies map[string]string

func (a replies) has(flag string) bool { return a[flag] != "" }

func (a replies) list(flag string) []string {
	var all []string
	for _, s := range strings.Split(a[flag], ",") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func (a replies) environment(name string, gpu bool) scaffold.Environment {
	return scaffold.Environment{
		Name: name, Account: a["account"], Region: a["region"],
		Zones: a.list("zones"), ControlPlaneZones: a.list("control-plane-zones"),
		FQDN: a["fqdn"], Version: a["kubernetes"], CIDR: a["cidr"],
		ManagementCIDR: a["management-cidr"], Connection: a["connection"], Attach: a["attach"],
		PublicCIDRs: a.list("public-cidrs"), RoleARN: a["role"], GPU: gpu,
		ClusterVolumes: catalog.RegionNamed(a["region"]).Partition == "aws",
	}
}

// flag is a question's flag.
func (a replies) flag(q question) *answerFlag { return &answerFlag{a, q.flag} }

type answerFlag struct {
	replies replies
	name    string
}

func (f *answerFlag) String() string { return f.replies[f.name] }
func (f *answerFlag) Type() string   { return "string" }

func (f *answerFlag) Set(s string) error {
	f.replies[f.name] = strings.TrimSpace(s)
	return nil
}

// acceptance has the reasons of --accept, by code.
type acceptance map[string]string

func (a acceptance) String() string { return "" }
func (a acceptance) Type() string   { return "string" }

func (a acceptance) Set(s string) error {
	code, reason, ok := strings.Cut(s, "=")
	code, reason = strings.TrimSpace(code), strings.TrimSpace(reason)
	if !ok || code == "" || reason == "" {
		return errors.New("must be a code and the reason why it does not matter here, such as \"region-unknown=AWS lists it\"")
	}
	a[code] = reason
	return nil
}
