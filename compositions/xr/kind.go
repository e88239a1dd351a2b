package xr

import (
	"strings"

	"github.com/dominoc/dominoc/schema/words"
)

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

	// Repeated are the fields of its spec that its status has too, such as
	// outputs, beside what AWS makes known below the same field.
	Repeated []string
}

// Column is a column of kubectl get; a wide one is shown by -o wide.
type Column struct {
	Name, Type, Path string
	Wide             bool
}

// CRDName is the metadata.name of the kind's XRD.
func (k Kind) CRDName() string { return k.Plural + "." + Group }

// The kinds of composite resources.
var (
	Environment = Kind{
		Name: "DominoEnvironment", Plural: "dominoenvironments", Short: "domino", Schema: "Environment",
		Repeated: []string{"outputs"},
		Columns: []Column{
			{Name: "Version", Type: "string", Path: ".status.cluster.version"},
			{Name: "Zones", Type: "string", Path: ".spec.zones"},
			{Name: "FQDN", Type: "string", Path: ".spec.fqdn"},
			{Name: "Account", Type: "string", Path: ".spec.common.account", Wide: true},
			{Name: "Deletion", Type: "string", Path: ".spec.common.deletion", Wide: true},
			{Name: "File-System", Type: "string", Path: ".status.outputs.fileSystemID", Wide: true},
			{Name: "Access-Point", Type: "string", Path: ".status.outputs.accessPointID", Wide: true},
		},
	}
	Network   = child("Network")
	Endpoints = child("Endpoints")
	Identity  = child("Identity")
	PodRoles  = child("PodRoles")
	Security  = child("Security")
	Cluster   = child("Cluster")
	NodePool  = child("NodePool")
	GroupTags = child("GroupTags")
	Addons    = child("Addons")
	Storage   = child("Storage")
	Registry  = child("Registry")
	Domain    = child("Domain")
)

// Kinds are all of them, the parent first.
func Kinds() []Kind {
	return []Kind{Environment, Network, Endpoints, Identity, PodRoles, Security, Cluster, NodePool, GroupTags, Addons, Storage, Registry, Domain}
}

func child(schema string) Kind {
	plural := strings.ToLower("Domino" + schema)
	if !strings.HasSuffix(plural, "s") { // Addons, Endpoints, GroupTags and PodRoles are plural
		plural = words.Plural(plural)
	}
	return Kind{Name: "Domino" + schema, Plural: plural, Schema: schema, Child: true}
}
