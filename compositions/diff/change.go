package diff

import (
	"github.com/dominoc/dominoc/compositions/immutable"
)

// Action is what happens to a resource.
type Action string

// The actions.
const (
	Create  Action = "create"
	Update  Action = "update"  // in place
	Replace Action = "replace" // the provider manages another one, by name, kind or account, and leaves the first
	Destroy Action = "destroy"
	Leave   Action = "leave" // left in AWS, no longer managed
	Stuck   Action = "stuck" // refused or ignored: the resource stays unchanged
)

// Actions are all actions, in the order in which a summary counts them.
func Actions() []Action { return []Action{Create, Update, Replace, Destroy, Leave, Stuck} }

// Change is what happens to one resource.
type Change struct {
	Component string `json:"component"`
	Key       string `json:"key"`
	Kind      string `json:"kind"`              // group and kind, such as ec2.aws.m.upbound.io/VPC
	Object    string `json:"object"`            // name in the management cluster
	AWSName   string `json:"awsName,omitempty"` // name or id in AWS, if the files state it
	Action    Action `json:"action"`

	// Silent: nothing outside of the management cluster changes now.
	Silent bool `json:"silent"`

	// NeverMade: the resource is in the management cluster, and AWS refused to create it.
	NeverMade bool `json:"neverMade,omitempty"`

	// Fields are empty for a resource that is created, unless NeverMade, destroyed or left.
	Fields []Field `json:"fields,omitempty"`

	old, new map[string]any // the object before and after, nil if there is none
}

// Field is a part of a resource that has another value.
type Field struct {
	Path Path `json:"path"`

	// Old and New are the values; nil where it is absent.
	Old any `json:"old,omitempty"`
	New any `json:"new,omitempty"`

	// Removed and Added are the elements of a list that is compared as a set;
	// Old and New are nil then.
	Removed []any `json:"removed,omitempty"`
	Added   []any `json:"added,omitempty"`

	// Follows names the change from which the value follows, if it is not in the files.
	Follows string `json:"follows,omitempty"`

	// Refused states why AWS or the provider refuses the value; nil if they accept it.
	Refused *immutable.Refusal `json:"refused,omitempty"`

	statement *inStatement // where in a policy, nil for any other field
}

// applies reports whether this change of a field alone causes a request to an API other
// than the management cluster's.
func (f Field) applies() bool {
	names := f.Path.names()
	if len(names) < 3 || names[0] != "spec" {
		return names[0] == "metadata"
	}
	if f.atCreation() {
		return f.Refused != nil // else it only has the provider leave alone what a resource has
	}
	return names[1] == "forProvider" && !atDeletion[names[2]]
}

// atCreation reports whether the provider reads the field at creation only.
func (f Field) atCreation() bool {
	names := f.Path.names()
	return len(names) > 1 && names[1] == "initProvider"
}

// atDeletion are arguments of the provider that have no counterpart in an AWS API: the
// provider reads them when it creates or deletes the resource.
var atDeletion = map[string]bool{
	"allowOverwrite": true, "deletionWindowInDays": true, "forceDelete": true, "forceDestroy": true,
	"forceDetachPolicies": true, "resolveConflictsOnCreate": true, "resolveConflictsOnUpdate": true, "skipDestroy": true,
}
