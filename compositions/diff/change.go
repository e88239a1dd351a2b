package diff

import (
	"github.com/dominoc/dominoc/compositions/immutable"
)

// Action is what becomes of a resource.
type Action string

// The actions.
const (
	Create  Action = "create"
	Update  Action = "update"  // in place
	Replace Action = "replace" // the provider turns to another one, by its name, kind or account, and leaves the first
	Destroy Action = "destroy"
	Leave   Action = "leave" // left in AWS, no longer managed
	Stuck   Action = "stuck" // refused, or not looked at: the resource stays as it is
)

// Actions are all actions, in the order in which a summary counts them.
func Actions() []Action { return []Action{Create, Update, Replace, Destroy, Leave, Stuck} }

// Change is what becomes of one resource.
type Change struct {
	Component string
	Key       string
	Kind      string // group and kind, such as ec2.aws.m.upbound.io/VPC
	Object    string // name in the management cluster
	AWSName   string // name or id in AWS, where the files say it
	Action    Action
	Fields    []Field // none for what is created, unless NeverMade, destroyed or left

	// NeverMade: the resource is in the management cluster, and AWS refused to create it.
	NeverMade bool

	// Silent: nothing outside of the management cluster changes now.
	Silent bool

	old, new map[string]any // the object before and after, nil when there is none
}

// Field is a part of a resource that has another value.
type Field struct {
	Path Path

	// Old and New are the values; nil where it is absent.
	Old, New any

	// Removed and Added are the elements of a list that is compared as a set;
	// Old and New are nil then.
	Removed, Added []any

	// Follows: the value is not in the files. It follows from the change of
	// something else, which is named here.
	Follows string

	// Refused says why the value will not be taken; nil when it will.
	Refused *immutable.Refusal

	statement *inStatement // where in a policy, nil for any other field
}

// applies reports whether a resource with just this change of a field calls for
// anything outside of the management cluster.
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

// atCreation reports whether the field is looked at when the resource is made, and
// never again.
func (f Field) atCreation() bool {
	names := f.Path.names()
	return len(names) > 1 && names[1] == "initProvider"
}

// atDeletion are arguments of the provider that no API of AWS has: they matter
// when a resource is made or deleted.
var atDeletion = map[string]bool{
	"allowOverwrite": true, "deletionWindowInDays": true, "forceDelete": true, "forceDestroy": true,
	"forceDetachPolicies": true, "resolveConflictsOnCreate": true, "resolveConflictsOnUpdate": true, "skipDestroy": true,
}
