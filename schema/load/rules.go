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

// ruleField is the field of #Environment under which every rule stands: by
// code, the list of its violations, each an error whose text begins with the
// user's path.
const ruleField = "#rules"

// rules checks what must hold between fields, on the part of the environment
// that is right by itself.
func (e *examination) rules(data ast.Expr) {
	if data == nil {
		return
	}
	files := []*ast.File{e.source.of.binder(), e.source.of.file(data)}
	v, _ := e.worker.evaluate(files, e.source, e.worker.open)
	codes, _ := v.LookupPath(cue.MakePath(cue.Def(ruleField))).Fields(cue.All())
	for codes != nil && codes.Next() {
		e.rule(codes.Selector().Unquoted(), codes.Value())
	}
	e.rest(v.Validate(cue.Concrete(true)))
}

func (e *examination) rule(code string, violations cue.Value) {
	it, _ := violations.Fields(cue.All())
	for it != nil && it.Next() {
		message := said(it.Value().Err())
		path, rest, ok := cutPath(message)
		if ok && !e.follows(path) {
			e.violation(path, code, rest)
		}
	}
}

// violation is at, but several rules may complain of one path.
func (e *examination) violation(p diag.Path, code, message string) {
	d := diag.Diagnostic{Severity: diag.Error, Code: code, Path: e.source.of.path(p), Message: message}
	d.Pos, d.End = e.source.place(p)
	e.found = append(e.found, d)
}

// follows says whether a complaint about a path is only the consequence of a
// mistake that is reported: at the path, above it, or just below it.
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
		if !inside || isRule(p) || e.follows(p) {
			continue
		}
		format, _ := one.Msg()
		if strings.HasPrefix(format, "field is required but not present") {
			e.at(p, "missing-field", "missing, and it has no default", "")
			continue
		}
		if strings.HasPrefix(format, "field not allowed") && e.source.of.form != "" {
			e.field(p, "unknown-field", "there is no such field", e.source.of.form)
			continue
		}
		if message := said(one); message != "" {
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
		if format, _ := one.Msg(); strings.HasPrefix(format, "incomplete value") {
			e.at(p, "no-value", syntax.Wording(one), "a default here competes with the schema's own: state a value")
			continue
		}
		e.at(p, "invalid-value", syntax.Wording(one), "")
	}
}

func isRule(p diag.Path) bool { return len(p) > 0 && p[0] == ruleField }

// cutPath divides a violation's text into the user's path and the sentence.
func cutPath(message string) (p diag.Path, rest string, ok bool) {
	text, rest, ok := cutUnquoted(message)
	if !ok || text == "" {
		return nil, "", false
	}
	p, ok = diag.ParsePath(text)
	return p, rest, ok
}

// cutUnquoted cuts at the first ": " outside of quotes.
func cutUnquoted(s string) (before, after string, ok bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(s[i:], ": "):
			return s[:i], s[i+2:], true
		}
	}
	return s, "", false
}
