// Package terraform reads what Terraform keeps of an installation that Domino's Terraform
// modules made: states and variables.
//
// In go files; out come resources, outputs and variables, merged, and a diag.List. What
// becomes of them, others decide.
//
// A state has secrets in clear text. The reader keeps only what kept.go lists, and drops
// everything else, and everything that Terraform marks as sensitive, before it returns. Of
// user data it keeps settings that cannot be secrets (userdata.go).
// Diagnostics quote names and addresses, never another content of a file.
package terraform

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
)

// Installation is what the states and variables of one installation have.
type Installation struct {
	// States are the files that were states, in the order of their names.
	States []State
	// Resources are sorted by address. A managed resource occurs once; data sources of
	// equal address may occur once for each file.
	Resources []Resource
	// Outputs are the outputs of the roots by name. One that two states have is that of
	// the state that made it: the cluster's state repeats the output "infra".
	Outputs map[string]any
	// Variables are sorted by precedence, the weakest first: those of infra, cluster and
	// nodes, and in one root by the file's name, as Terraform reads them.
	Variables []Variable
}

// State is one state as a whole.
type State struct {
	File string
	// Lineage is the identity of the state and Serial counts its writes. Both are unknown
	// if the file was printed by terraform show -json.
	Lineage string
	Serial  int64
	// Terraform is the version of the program that wrote it.
	Terraform string
}

// Resource is one instance of a resource or data source.
type Resource struct {
	// Address is as terraform state rm takes it: module.eks.aws_eks_cluster.this.
	Address string
	// Managed is false for a data source.
	Managed bool
	Type    string
	Name    string
	// Index is the key of count or for_each, "" if there is none.
	Index string
	// Attributes are those that the reader keeps of this type and that are not null:
	// string, float64, bool, []any and map[string]any. A nested block is a list of maps.
	// An attribute of which only the presence is kept has the value Set.
	Attributes map[string]any
	// UserData is what is kept of the user data of a launch template; nil if it has none.
	UserData *UserData
	// Withheld are attributes that the reader would keep, but that Terraform marks as
	// sensitive, sorted.
	Withheld []string
	File     string
}

// Set is the value of an attribute or variable of which only the presence is kept.
const Set = "set"

// Variable is one variable in a file of variables.
type Variable struct {
	Name string
	// Value is of the same types as attributes. It is nil for null, and for a variable
	// that the reader does not keep.
	Value any
	Pos   diag.Pos
}

// Of returns the resources of a type, managed ones or data sources, in the order of their
// addresses. With names, it returns those whose resource name is one of them. Modules do
// not matter: releases of Domino's modules and the users' own roots nest them differently.
func (i *Installation) Of(managed bool, kind string, names ...string) []Resource {
	var all []Resource
	for _, r := range i.Resources {
		if r.Managed == managed && r.Type == kind && (len(names) == 0 || slices.Contains(names, r.Name)) {
			all = append(all, r)
		}
	}
	return all
}

// Unknown returns the managed resources of the types that the reader does not know, of
// which it keeps the address alone.
func (i *Installation) Unknown() []Resource {
	var all []Resource
	for _, r := range i.Resources {
		if _, known := keptResources[kindOf(r.Managed, r.Type)]; r.Managed && !known {
			all = append(all, r)
		}
	}
	return all
}

// Output returns a value in an output, such as Output("infra", "kms", "key_arn"), nil if
// there is none.
func (i *Installation) Output(path ...string) any {
	return at(i.Outputs, path)
}

// Variable returns a value in the variables and where its variable is set, such as
// Variable("default_node_groups", "gpu", "spot"): the one of the strongest file that has
// it. Without one the result is nil and the zero position.
func (i *Installation) Variable(path ...string) (any, diag.Pos) {
	for _, v := range slices.Backward(i.Variables) {
		if len(path) > 0 && v.Name == path[0] {
			if found := at(v.Value, path[1:]); found != nil {
				return found, v.Pos
			}
		}
	}
	return nil, diag.Pos{}
}

// Pos returns the resource's file. Only Terraform writes a state, so it has no line.
func (r Resource) Pos() diag.Pos { return diag.Pos{File: r.File} }

// At returns a value in the attributes, such as At("vpc_config", "subnet_ids"), nil if
// there is none. A step into a list is one into its first element, because a nested block
// that may occur once is a list of one.
func (r Resource) At(path ...string) any { return at(r.Attributes, path) }

// Text returns the text at a path, "" if there is none.
func (r Resource) Text(path ...string) string {
	text, _ := r.At(path...).(string)
	return text
}

// Texts returns the list of texts at a path.
func (r Resource) Texts(path ...string) []string {
	list, _ := r.At(path...).([]any)
	var all []string
	for _, x := range list {
		if text, ok := x.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// at returns the value at a path, nil if there is none.
func at(value any, path []string) any {
	for _, step := range path {
		if list, ok := value.([]any); ok && len(list) > 0 {
			value = list[0]
		}
		fields, _ := value.(map[string]any)
		value = fields[step]
	}
	return value
}

// byAddress orders resources.
func byAddress(a, b Resource) int {
	return cmp.Or(strings.Compare(a.Address, b.Address), strings.Compare(a.File, b.File))
}
