package change

import (
	"fmt"
	"slices"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/report"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
)

// document returns the report on all pairs. further has the dangers that follow from more than
// one pair, by environment.
func (o Options) document(found Pairs, reports []diff.Report, further ...map[string][]diff.Danger) report.Document {
	var out report.Document
	var subjects []diff.Subject
	for i, p := range found.All {
		var dangers []diff.Danger
		for _, some := range further {
			dangers = append(dangers, some[p.name]...)
		}
		e := o.environment(p, reports[i], dangers)
		out.Environments, subjects = append(out.Environments, e), append(subjects, diff.Subject{Name: p.name, Base: p.before.compiled().Digest(), Dangers: e.Report.Dangers})
	}
	if out.Shared = o.shared(found.Shared); out.Shared != nil {
		subjects = append(subjects, diff.Subject{Base: found.Shared.Before.Digest(), Dangers: out.Shared.Report.Dangers})
	}
	found.policy.apply(&out, subjects)
	out.Wrong = slices.CompactFunc(found.Wrong.Sorted(), func(a, b diag.Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Text() == b.Text()
	})
	out.Notes = append(out.Notes, found.notes...)
	if found.Shared.note != "" {
		out.Notes = append(out.Notes, found.Shared.note)
	}
	return out
}

// shared returns the report on what environments have in common; nil if nothing changes.
// The position of a danger is the first edit of the delivery, if there is one.
func (o Options) shared(s Shared) *report.Environment {
	if !s.compared {
		return nil
	}
	e := report.OfShared(diff.CompareShared(s.Before, s.After, s.running))
	if e == nil {
		return nil
	}
	for _, edit := range s.edits {
		e.Edits = append(e.Edits, report.Edit{Pos: s.at(edit.Path), Path: edit.Path.String(), Old: edit.Old, New: edit.New})
	}
	if slices.ContainsFunc(o.Workspace.DeliveryValues().Rings, sync.Pinned) && slices.ContainsFunc(e.Changes, func(c diff.Change) bool { return c.Component != "sync" }) {
		e.Notes = append(e.Notes, everyRing)
	}
	for _, danger := range e.Report.Dangers {
		placed := report.Danger{Danger: danger, Fails: o.Fails(danger)}
		if len(s.edits) > 0 {
			placed.Pos, placed.Path = s.at(s.edits[0].Path), s.edits[0].Path.String()
		}
		e.Dangers = append(e.Dangers, placed)
	}
	return e
}

// environment returns the report on one pair.
func (o Options) environment(p Pair, compared diff.Report, further []diff.Danger) report.Environment {
	e := report.Environment{Report: compared, Notes: p.notes}
	e.Report.Dangers = append(e.Report.Dangers, further...)
	if p.formerly != "" {
		e.Report.Dangers = append(e.Report.Dangers, diff.Renamed(p.formerly, p.name))
	}
	edits := editsOf(p)
	if p.after.environment() != nil {
		e.File = p.after.at(nil).File
	}
	for _, edit := range edits {
		e.Edits = append(e.Edits, report.Edit{
			Pos: p.after.at(edit.Path), Path: edit.Path.String(), Old: edit.Old, New: edit.New,
			Follows: !p.before.wrote(edit.Path) && !p.after.wrote(edit.Path),
		})
	}
	// Those that the user wrote come before those that follow from them.
	slices.SortStableFunc(e.Edits, func(a, b report.Edit) int { return ordered.TrueFirst(!a.Follows, !b.Follows) })
	accepted := accepts(p, e.Report.Dangers)
	for _, danger := range e.Report.Dangers {
		placed := o.placed(p, danger, edits, accepted.Reasons[danger.ID()])
		if by, ok := accepted.By[danger.ID()]; ok {
			placed.AcceptedAt = p.after.at(diag.Path{"accept", by})
		}
		e.Dangers = append(e.Dangers, placed)
	}
	e.Notes = append(e.Notes, acceptanceNotes(accepted)...)
	e.Notes = append(e.Notes, reach(o.Workspace.DeliveryValues(), p, edits)...)
	if e.Fate == diff.Kept {
		e.Notes = append(e.Notes, kept)
	}
	return e
}

// editsOf returns the edits of a pair; none if one of the files is not known.
func editsOf(p Pair) []diff.Edit {
	before, after := p.before.environment(), p.after.environment()
	if before == nil || after == nil {
		return nil
	}
	return diff.Edits(before, after)
}

// wrote reports whether the files state a field, at a position of its own.
func (s *side) wrote(field diag.Path) bool {
	return s.at(field) != s.at(field[:len(field)-1])
}

// kept is the note about a protected environment whose files were removed.
const kept = "nothing is deleted: Flux and Argo CD are told not to prune its objects, so Crossplane keeps all of it as it stands, and a Usage refuses to delete it; " +
	"to take it down, bring its file back with deletion: \"allow\", merge, and remove it then"

// accepts returns the dangers that the environment's file accepts.
func accepts(p Pair, dangers []diff.Danger) diff.Accepted {
	after := p.after.environment()
	if after == nil {
		return diff.Accepted{}
	}
	var earlier map[string]string
	if before := p.before.environment(); before != nil {
		earlier = before.Accept
	}
	return diff.Accept(dangers, after.Accept, earlier)
}

func acceptanceNotes(a diff.Accepted) []string {
	var notes []string
	for _, id := range a.Refused {
		notes = append(notes, fmt.Sprintf("accept %q: only the fleet's policy accepts this, in %s", id, diff.PolicyFolder))
	}
	for _, id := range a.Unused {
		notes = append(notes, fmt.Sprintf("accept %q: there is no such danger in this change", id))
	}
	for _, id := range a.Expired {
		notes = append(notes, fmt.Sprintf("accept %q: was for an earlier change and says nothing now; remove it, or give a new reason", id))
	}
	return notes
}

// placed returns a danger at the position of the edit that causes it.
func (o Options) placed(p Pair, danger diff.Danger, edits []diff.Edit, reason string) report.Danger {
	out := report.Danger{Danger: danger, Accepted: reason, Fails: reason == "" && o.Fails(danger)}
	if p.after.environment() != nil {
		field := diff.Blame(danger, edits)
		out.Pos, out.Path = p.after.at(field), field.String()
	}
	return out
}
