package change

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Shared is what environments have in common before and after.
type Shared struct {
	Before, After diff.Shared

	compared bool
	running  func(environment string) bool
	edits    []diff.Edit // of environments/gitops
	at       diag.Locator
	wrong    diag.List
	note     string
}

// shared compares what environments have in common. It depends on environments/gitops and
// on the composed kinds; the unchanged environments are compiled only if one of the two
// differs.
func (c *sinceCommit) shared(ctx context.Context) (Shared, error) {
	before := c.then.DeliveryValues()
	said, wrong := c.now.Delivery()
	after := c.now.DeliveryValues()
	s := Shared{wrong: errorsOf(wrong)}
	if s.wrong.HasErrors() {
		return s, nil
	}
	names := c.after.names()
	then, now := output.Of(c.before.fleet, before), output.Of(c.after.fleet, after)
	if c.written != nil || !reflect.DeepEqual(before, after) || !c.before.fleet.SameKinds(c.after.fleet) {
		rest, err := c.unchangedFleet(ctx)
		if err != nil {
			return s, err
		}
		names = append(names, rest.names()...)
		if then, err = c.whole(c.before, before); err != nil {
			return s, err
		}
		if now, err = c.whole(c.after, after); err != nil {
			return s, err
		}
	}
	if len(c.after.broken) > 0 || c.written == nil && len(c.before.broken) > 0 || c.rest != nil && len(c.rest.broken) > 0 {
		s.note = "what environments have in common can be compared when all of them compile"
		return s, nil
	}
	var err error
	if s.After, s.wrong, err = c.now.pinnedShared(ctx, now); err != nil || s.wrong.HasErrors() {
		return s, err
	}
	if c.written == nil {
		s.Before, s.wrong, err = c.then.pinnedShared(ctx, then)
	} else if s.Before, err = c.written.shared(ctx, now, s.After); err == nil {
		s.wrong, err = c.planted(now)
	}
	if s.Before == nil {
		return s, err
	}
	s.compared, s.running = true, func(name string) bool { return slices.Contains(names, name) }
	if said != nil {
		s.edits, s.at = diff.EditsOf(plainOf(before), plainOf(after)), said.At
	}
	return s, err
}

// plainOf returns the values of environments/gitops as plain data.
func plainOf(values v1alpha1.GitOps) map[string]any {
	data, err := json.Marshal(values)
	if err != nil {
		panic("a delivery is plain data: " + err.Error())
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		panic("a delivery is an object: " + err.Error())
	}
	return out
}

func errorsOf(found diag.List) diag.List {
	return slices.DeleteFunc(slices.Clone(found), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}
