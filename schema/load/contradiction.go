package load

import (
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/syntax"
	"github.com/dominoc/dominoc/schema/words"
)

// broken reports a value that is an error by itself, such as two values that contradict
// each other. The fault of a value that is broken only by one below it or elsewhere is
// reported there.
func (e *examination) broken(v cue.Value, p diag.Path) bool {
	if v.IncompleteKind() != cue.BottomKind || !v.IsConcrete() {
		return false
	}
	var own []errors.Error
	for _, err := range errors.Errors(v.Err()) {
		path, inside := e.source.of.relative(err.Path())
		switch {
		case !inside:
			e.outside(err)
		case slices.Equal(path, p):
			own = append(own, err)
		}
	}
	if len(own) > 0 {
		e.contradiction(own, p)
		return true
	}
	return kindOf(v) == cue.BottomKind
}

// outside reports an error that lies in another field of the user's files, on
// which the environment builds.
func (e *examination) outside(err errors.Error) {
	for _, d := range e.source.described(err) {
		if path := err.Path(); len(syntax.Places(err)) == 0 && len(path) > 0 {
			if x := e.source.index().Top(path[0]); x != nil {
				d.Pos, d.End = syntax.Span(x)
			}
		}
		e.found = append(e.found, d)
	}
	e.beyond = true
}

// labelled is the path with one more label, as CUE's errors write it: a field
// whose name is a number is in quotes, an index is not.
func labelled(p diag.Path, label string) diag.Path {
	if name, err := strconv.Unquote(label); err == nil {
		return p.Child(name)
	}
	if i, err := strconv.Atoi(label); err == nil {
		return p.Index(i)
	}
	return p.Child(label)
}

// contradiction names the places that contradict each other.
func (e *examination) contradiction(own []errors.Error, p diag.Path) {
	values := e.source.index().Written(p)
	format, _ := own[0].Msg()
	switch {
	case strings.HasPrefix(format, "conflicting values") && len(values) > 1:
		first, second := words.Clip(syntax.Written(values[0].Value)), words.Clip(syntax.Written(values[1].Value))
		var notes []diag.Note
		for _, v := range values[1:] {
			at, _ := v.Mark()
			notes = append(notes, diag.Note{Pos: at, Message: "here it is " + words.Clip(syntax.Written(v.Value))})
		}
		e.at(p, "conflict", "cannot be both "+first+" and "+second, "state a value in one place", notes...)
	case strings.HasPrefix(format, "cycle"):
		e.cycle(own, p)
	default:
		at, _ := e.source.place(p)
		others := slices.DeleteFunc(syntax.Places(own[0]), func(q diag.Pos) bool { return q == at })
		code := "conflict"
		if isExpression(own[0]) {
			code = "evaluation"
		}
		e.at(p, code, syntax.Sentence(own), "", syntax.Involved(others)...)
	}
}

// isExpression reports whether an error is that of an expression that has no value,
// such as a division by zero.
func isExpression(err errors.Error) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(syntax.Wording(err), prefix) }
	return slices.ContainsFunc([]string{"error in call to ", "failed arithmetic", "division by zero", "invalid interpolation", "invalid regexp"}, begins)
}

// cycle reports the first value of those that build on each other.
func (e *examination) cycle(own []errors.Error, p diag.Path) {
	if e.cyclic {
		e.mark(p)
		return
	}
	e.cyclic = true
	e.at(p, "cycle", "builds on itself: "+syntax.Wording(own[0]), "")
}

func isCycle(why []errors.Error) bool {
	return len(why) > 0 && strings.HasPrefix(syntax.Wording(why[0]), "cycle")
}

// given returns the value that the schema or a reference completes where the user's own
// files leave it open.
func (e *examination) given(v cue.Value, p diag.Path) ast.Expr {
	whole := e.with().whole.LookupPath(selectors(p))
	if def, ok := whole.Default(); ok {
		whole = def
	}
	if whole.Validate(cue.Concrete(true)) == nil {
		return expression(whole)
	}
	if e.beyond {
		return nil // what it builds on is reported
	}
	why, alone := unsaid(whole.Err()), unsaid(v.Err())
	if len(why) == 0 || isCycle(alone) { // the schema's complaint is of what a cycle leaves open
		why = alone
	}
	switch {
	case len(why) == 0:
		e.at(p, "no-value", "has no value, only the condition "+words.Clip(syntax.Written(v.Syntax())), "")
	case isCycle(why):
		e.cycle(why, p)
	default:
		e.at(p, "no-value", "has no value: "+syntax.Wording(why[0]), "")
	}
	return nil
}
