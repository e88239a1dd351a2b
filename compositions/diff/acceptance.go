package diff

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// PolicyFolder is the folder of the fleet's policy, below the root.
const PolicyFolder = "environments/policy"

// Acceptance is an entry of the fleet's policy. It accepts one danger of one
// environment in the change that adds it.
type Acceptance struct {
	v1alpha1.Acceptance
	Pos diag.Pos
}

// ID returns the ID of the danger.
func (a Acceptance) ID() string { return Danger{Code: a.Code, Subject: a.Object}.ID() }

// Subject is what dangers belong to: an environment or, with an empty name, the objects
// that all environments share. Base is the digest of its state before the change.
type Subject struct {
	Name    string
	Base    string
	Dangers []Danger
}

// Policy is the fleet's policy after and before a change.
type Policy struct {
	Head, Base []Acceptance

	// Unreadable: the policy before the change is unknown, so acceptances of an earlier
	// change cannot be recognised.
	Unreadable bool
}

// Judgement is the dangers that the fleet's policy accepts, and the problems of its
// acceptances.
type Judgement struct {
	Found    diag.List
	accepted map[claim]Acceptance
}

// claim is a danger as an acceptance names it.
type claim struct{ environment, id string }

// Of returns the acceptance of a subject's danger.
func (j Judgement) Of(subject string, d Danger) (Acceptance, bool) {
	a, ok := j.accepted[claim{subject, d.ID()}]
	return a, ok
}

// Judge compares acceptances with the dangers of a change. An acceptance counts
// when it names the subject, the code, the object, the digest of the base and that of
// the danger, and the policy at the base did not have it. Any other gets a warning at
// its line.
// If partial, some subjects of the change are not given, and acceptances of these
// are left alone.
func (p Policy) Judge(subjects []Subject, partial bool) Judgement {
	j := Judgement{accepted: map[claim]Acceptance{}}
	for _, a := range p.Head {
		i := slices.IndexFunc(subjects, func(s Subject) bool { return s.Name == a.Environment })
		switch {
		case p.Unreadable:
			j.warn(a, "accept-base", "has no effect: the policy at the base cannot be read, so the entry may belong to an earlier change", "correct the policy in a separate change")
		case slices.ContainsFunc(p.Base, func(old Acceptance) bool { return old.Acceptance == a.Acceptance }):
			j.warn(a, "accept-spent", fmt.Sprintf("accepted %s of %s in an earlier change, and accepts nothing now", a.ID(), called(a.Environment)), "remove the entry")
		case i < 0 && partial:
		case i < 0:
			j.warn(a, "accept-unused", fmt.Sprintf("nothing changes in %s, so there is no danger to accept", called(a.Environment)), meantSubject(a, subjects))
		case !slices.ContainsFunc(subjects[i].Dangers, func(d Danger) bool { return d.ID() == a.ID() }):
			j.warn(a, "accept-unused", fmt.Sprintf("there is no danger %s of %s in this change", a.ID(), called(a.Environment)), meantDanger(a, subjects[i].Dangers))
		case a.Base != subjects[i].Base:
			j.warn(a, "accept-stale", fmt.Sprintf("accepts %s for another base: what %s compiles to has changed since", a.ID(), called(a.Environment)),
				fmt.Sprintf("look at the change again; the base is now %q", subjects[i].Base))
		case a.Danger != subjects[i].Fingerprint(a.ID()):
			j.warn(a, "accept-changed", fmt.Sprintf("accepts %s of %s, but the danger has changed since the entry was written", a.ID(), called(a.Environment)),
				fmt.Sprintf("look at the danger again; it is now %q", subjects[i].Fingerprint(a.ID())))
		default:
			j.accepted[claim{a.Environment, a.ID()}] = a
		}
	}
	j.Found = j.Found.Sorted()
	return j
}

func (j *Judgement) warn(a Acceptance, code, message, hint string) {
	j.Found = append(j.Found, diag.Diagnostic{Severity: diag.Warning, Code: code, Pos: a.Pos, Message: message, Hint: hint})
}

// called names a subject for the reader.
func called(name string) string {
	if name == "" {
		return "what all environments share"
	}
	return fmt.Sprintf("environment %q", name)
}

// meantSubject returns the hint for an acceptance of a subject that does not change.
func meantSubject(a Acceptance, subjects []Subject) string {
	var names []string
	for _, s := range subjects {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	if near := diag.Nearest(a.Environment, names); near != "" {
		return fmt.Sprintf("did you mean environment: %q?", near)
	}
	return "remove the entry"
}

// meantDanger returns the hint for an acceptance of a danger that does not exist.
func meantDanger(a Acceptance, dangers []Danger) string {
	var codes, objects []string
	for _, d := range dangers {
		codes = append(codes, d.Code)
		if d.Code == a.Code {
			objects = append(objects, d.Subject)
		}
	}
	if near := diag.Nearest(a.Object, objects); near != "" {
		return fmt.Sprintf("did you mean object: %q?", near)
	}
	if len(objects) == 1 {
		return fmt.Sprintf("the danger of this code is about %q", objects[0])
	}
	if near := diag.Nearest(a.Code, codes); near != "" && near != a.Code {
		return fmt.Sprintf("did you mean code: %q?", near)
	}
	return "remove the entry"
}

// Misnamed returns diagnostics for the acceptances with an unknown code.
func Misnamed(all []Acceptance) diag.List {
	var names []string
	for _, code := range Codes() {
		names = append(names, code.Name)
	}
	var found diag.List
	for _, a := range all {
		if _, known := CodeOf(a.Code); known {
			continue
		}
		d := diag.Diagnostic{
			Severity: diag.Error, Code: "accept-code", Pos: a.Pos,
			Message: fmt.Sprintf("code: %q is not the code of a danger: %s", a.Code, strings.Join(names, ", ")),
		}
		if near := diag.Nearest(a.Code, names); near != "" {
			d.Hint = fmt.Sprintf("did you mean %q?", near)
		}
		found = append(found, d)
	}
	return found
}

// Entry returns the line of the fleet's policy that accepts a danger of a subject. Its
// author fills in the reason.
func (s Subject) Entry(d Danger) string {
	return fmt.Sprintf("{environment: %s, code: %s, object: %s, base: %s, danger: %s, reason: \"\"},",
		quoted(s.Name), quoted(d.Code), quoted(d.Subject), quoted(s.Base), quoted(s.Fingerprint(d.ID())))
}

// Fingerprint returns a digest of the subject's dangers with an ID: their messages,
// their resources and the values that make them worse. Other changes of the subject do
// not affect it, so an acceptance outlives an unrelated push.
func (s Subject) Fingerprint(id string) string {
	var all []any
	for _, d := range s.Dangers {
		if d.ID() == id {
			all = append(all, map[string]any{"message": d.Message, "of": d.Of, "facts": d.facts})
		}
	}
	return digest(all)
}

// quoted writes a text as CUE and JSON do.
func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string has JSON
	}
	return string(data)
}

// Digest returns a digest of the objects that an environment compiles to. A nil
// environment does not exist, and has a digest too.
func (e *Environment) Digest() string {
	if e == nil {
		return digest(nil)
	}
	objects := map[string]map[string]any{}
	for id, r := range byKey(e) {
		objects[id] = r.Object
	}
	return digest(objects)
}

func digest(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // manifests have JSON
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}
