package change

import (
	"github.com/dominoc/dominoc/cmd/dominoc/workspace"
	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/schema/diag"
)

// policy is the acceptances of the fleet's policy before and after.
type policy struct {
	diff.Policy
	partial bool      // not all environments are compared
	wrong   diag.List // with the policy as it is now
}

// policyOf reads the policy of both trees; then is nil if the base has none.
func policyOf(now, then *tree, partial bool) policy {
	p := policy{partial: partial}
	p.Head, p.wrong = workspace.Acceptances(now.Loader, now.Root)
	p.wrong = errorsOf(p.wrong)
	if then != nil {
		var found diag.List
		p.Base, found = workspace.Acceptances(then.Loader, then.Root)
		p.Unreadable = found.HasErrors()
	}
	return p
}

// apply marks the dangers of a report that the policy accepts, adds to each other danger
// that fails the run the entry that would accept it, and reports acceptances that accept
// nothing.
func (p policy) apply(out *report.Document, subjects []diff.Subject) {
	judged := p.Judge(subjects, p.partial)
	out.Unused = judged.Found
	for i, s := range subjects {
		dangers := out.Shared
		if s.Name != "" {
			dangers = &out.Environments[i]
		}
		for k := range dangers.Dangers {
			d := &dangers.Dangers[k]
			if a, ok := judged.Of(s.Name, d.Danger); ok {
				d.Accepted, d.AcceptedAt, d.Fails = a.Reason, a.Pos, false
			} else if d.Fails {
				d.Entry = s.Entry(d.Danger)
			}
		}
	}
}
