package load

import (
	"slices"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
)

// ruleField is the field of #Environment that contains every rule: by code, the list of
// its violations, each an error whose text begins with the user's path.
const ruleField = "#rules"

// rules checks the rules between fields on the part of the environment whose values are
// correct by themselves.
func (e *examination) rules(data ast.Expr) {
	if data == nil {
		return
	}
	files := []*ast.File{e.source.of.binder(), e.source.of.file(data)}
	v, _ := e.worker.evaluate(files, e.source, e.worker.open)
	codes, _ := v.LookupPath(cue.MakePath(cue.Def(ruleField))).Fields(cue.All())
	for codes != nil && codes.Next() {
		violations, _ := codes.Value().Fields(cue.All())
		for violations != nil && violations.Next() {
			if p, message, ok := cutPath(said(violations.Value().Err())); ok && !e.follows(p) {
				e.report(p, codes.Selector().Unquoted(), message, "")
			}
		}
	}
	e.rest(v.Validate(cue.Concrete(true)))
}

// follows reports whether an error at a path is only the consequence of a reported
// mistake: at the path, above it, or just below it.
func (e *examination) follows(p diag.Path) bool {
	for _, f := range e.faulty {
		n := min(len(f), len(p))
		if slices.Equal(f[:n], p[:n]) && len(f) <= len(p)+1 {
			return true
		}
	}
	return false
}

// rest reports what CUE refuses and neither the shape nor a rule has named:
// names that must exist, such as pools.platform.
func (e *examination) rest(err error) {
	for _, one := range errors.Errors(err) {
		p, inside := e.source.of.relative(one.Path())
		if !inside || len(p) > 0 && p[0] == ruleField || e.follows(p) {
			continue
		}
		message := said(one)
		switch format, _ := one.Msg(); {
		case strings.HasPrefix(format, "field is required but not present"):
			e.at(p, "missing-field", "missing, and it has no default", "")
		case strings.HasPrefix(format, "field not allowed") && e.source.of.form != "":
			e.field(p, "unknown-field", "there is no such field", e.source.of.form)
		case message != "":
			e.at(p, "invalid-value", message, "")
		}
	}
}

// raw is the last resort: CUE's own words, so that nothing is refused without
// a reason.
func (e *examination) raw(err error) {
	for _, one := range errors.Errors(err) {
		p, inside := e.source.of.relative(one.Path())
		if !inside {
			e.found = append(e.found, e.source.described(one)...)
			continue
		}
		code, hint := "invalid-value", ""
		if format, _ := one.Msg(); strings.HasPrefix(format, "incomplete value") {
			code, hint = "no-value", "a default here competes with the schema's own: state a value"
		}
		e.at(p, code, syntax.Wording(one), hint)
	}
}

// cutPath divides a violation's text at the first ": " outside of quotes, into the
// user's path and the sentence.
func cutPath(message string) (p diag.Path, rest string, ok bool) {
	quoted := false
	for i := 0; i < len(message); i++ {
		switch {
		case message[i] == '\\' && quoted:
			i++
		case message[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(message[i:], ": "):
			p, ok = diag.ParsePath(message[:i])
			return p, message[i+2:], ok && i > 0
		}
	}
	return nil, "", false
}
