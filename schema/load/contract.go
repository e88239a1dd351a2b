package load

import (
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
	"github.com/dominoc/dominoc/schema/source"
)

// A contract is what a field in the files of a CUE package is checked against.
type contract struct {
	pkg        string
	field      string
	definition string   // of the schema
	reads      []string // all fields that dominoc reads in the package; empty where another contract has them
	form       string   // how it is written, as a hint
	topic      bool     // dominoc explain explains its fields
}

// environments are the contract of environment files, the others those of the files
// that the environments of a fleet have in common.
var (
	environments = contract{
		pkg: source.EnvironmentPackage, field: source.EnvironmentPackage, definition: shape.Environment, reads: []string{source.EnvironmentPackage}, topic: true,
	}
	gitOps = contract{
		pkg: "gitops", field: "gitops", definition: shape.GitOps, reads: []string{"gitops"}, topic: true,
		form: "dominoc explain gitops shows what there is",
	}
	quotas = contract{
		pkg: "quotas", field: "quotas", definition: shape.Quotas, reads: []string{"quotas"},
		form: `write quotas: "ACCOUNT": regions: "REGION": "L-CODE": VALUE, or quotas: "ACCOUNT": global: "L-CODE": VALUE`,
	}
	policies = contract{
		pkg: "policy", field: "policy", definition: "#Policy", reads: []string{"policy", "accept"},
		form: "a rule has severity and violations, a violation environment, path, message and hint",
	}
	acceptances = contract{
		pkg: "policy", field: "accept", definition: shape.Acceptances,
		form: `an acceptance is {environment: "…", code: "…", object: "…", base: "sha256:…", danger: "sha256:…", reason: "…"}; dominoc diff prints it`,
	}
)

// shape is what may be written in the field; nil for rules, which are programs.
func (c contract) shape() *shape.Shape { return shape.Read().Roots[c.definition] }

// path names a path in the field, for the reader.
func (c contract) path(p diag.Path) string {
	if c.field == source.EnvironmentPackage {
		return p.String()
	}
	return diag.Path{c.field}.Child(p...).String()
}

// relative is the path in the field of an error's path; false for one outside.
func (c contract) relative(labels []string) (diag.Path, bool) {
	if len(labels) == 0 || labels[0] != c.field && labels[0] != c.definition {
		return nil, false
	}
	var p diag.Path
	for _, label := range labels[1:] {
		p = labelled(p, label)
	}
	return p, true
}
