package xr

import "strings"

// Group and Version are those of every composite resource.
const (
	Group      = "dominoc.dev"
	Version    = "v1alpha1"
	APIVersion = Group + "/" + Version
)

// Kind is a kind of composite resource. Its spec and status are the definitions
// <Schema>Spec and <Schema>Status of the CUE package v1alpha1.
type Kind struct {
	Name    string
	Plural  string
	Short   string // short name for kubectl, or empty
	Schema  string
	Child   bool // its spec carries #Common beside its own definition
	Columns []Column
}

// Column is a column of kubectl get.
type Column struct{ Name, Type, Path string }

// CRDName is the metadata.name of the kind's XRD.
func (k Kind) CRDName() string { return k.Plural + "." + Group }

// The kinds of composite resources.
var (
	Environment = Kind{Name: "DominoEnvironment", Plural: "dominoenvironments", Short: "domino", Schema: "Environment", Columns: []Column{
		{"Version", "string", ".status.cluster.version"},
		{"Zones", "string", ".spec.zones"},
		{"FQDN", "string", ".spec.fqdn"},
	}}
	Network  = child("Network")
	Identity = child("Identity")
	Security = child("Security")
	Cluster  = child("Cluster")
	NodePool = child("NodePool")
	Storage  = child("Storage")
	Registry = child("Registry")
	Domain   = child("Domain")
)

// Kinds are all of them, the parent first.
func Kinds() []Kind {
	return []Kind{Environment, Network, Identity, Security, Cluster, NodePool, Storage, Registry, Domain}
}

func child(schema string) Kind {
	plural := strings.ToLower("Domino" + schema + "s")
	if before, ok := strings.CutSuffix(plural, "ys"); ok {
		plural = before + "ies"
	}
	return Kind{Name: "Domino" + schema, Plural: plural, Schema: schema, Child: true}
}
