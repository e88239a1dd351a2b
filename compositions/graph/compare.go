package graph

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Compare returns the picture of an environment before and after a change, with the effect
// on its AWS resources. One of the two may be nil.
func Compare(before, after *diff.Environment) Picture {
	report := diff.Compare(before, after)
	if report.Fate == diff.Kept {
		picture := Draw(*before.Spec)
		picture.Change = true
		return picture
	}
	marks := map[diff.Action]Mark{
		diff.Create: Added, diff.Update: Changed, diff.Replace: Changed,
		diff.Destroy: Removed, diff.Leave: Left, diff.Stuck: Stuck,
	}
	var effects []Effect
	for _, c := range report.Changes {
		if !c.Silent { // what changes nothing outside of the management cluster is not seen in a picture of AWS
			why := fmt.Sprintf("%s %s/%s", c.Action, c.Component, c.Key)
			effects = append(effects, Effect{Component: c.Component, Key: c.Key, Mark: marks[c.Action], Why: why})
		}
	}
	return DrawChange(specIn(before), specIn(after), effects)
}

// specIn returns the spec of a state, or nil.
func specIn(e *diff.Environment) *v1alpha1.EnvironmentSpec {
	if e == nil {
		return nil
	}
	return e.Spec
}
