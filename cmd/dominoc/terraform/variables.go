package terraform

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/dominoc/dominoc/schema/diag"
)

// strength orders files of variables: where two roots set one variable, that of cluster and
// nodes, which made what is adopted, is stronger than that of infra.
func strength(file string) int {
	root, _, _ := strings.Cut(path.Base(file), ".")
	return slices.Index([]string{"infra", "cluster", "nodes"}, root)
}

// variables reads a file of variables.
func variables(file File) ([]Variable, diag.List) {
	text := bytes.TrimPrefix(file.Text, []byte("\ufeff"))
	if strings.HasSuffix(file.Name, ".json") {
		return jsonVariables(file.Name, text)
	}
	return hclVariables(file.Name, text)
}

// hclVariables reads HCL: assignments of literals. Messages of package hcl quote the file,
// so only their positions are used.
func hclVariables(name string, text []byte) ([]Variable, diag.List) {
	var found diag.List
	refuse := func(at hcl.Range, message string) {
		found = append(found, diag.Diagnostic{
			Severity: diag.Error, Code: "terraform-variables", Pos: diag.Pos{File: whole(name).File, Line: at.Start.Line, Column: at.Start.Column},
			Message: message, Hint: "terraform validates such a file: terraform plan -var-file FILE",
		})
	}
	if at, deep := tooDeep(text); deep {
		refuse(at, "is nested deeper, or has a longer text, than any variable of the modules")
		return nil, found
	}
	parsed, mistakes := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if mistakes.HasErrors() {
		refuse(subject(mistakes), "is not valid syntax for a file of variables")
		return nil, found
	}
	attributes, mistakes := parsed.Body.JustAttributes()
	if mistakes.HasErrors() {
		refuse(subject(mistakes), "is a block; a file of variables has assignments only: name = value")
	}
	var all []Variable
	for _, a := range attributes {
		value, mistakes := a.Expr.Value(nil)
		if mistakes.HasErrors() {
			refuse(subject(mistakes), "is not a literal: variables and functions have no value in a file of variables")
			continue
		}
		all = append(all, Variable{a.Name, keptValue(a.Name, plain(value)), diag.Pos{File: whole(name).File, Line: a.NameRange.Start.Line, Column: a.NameRange.Start.Column}})
	}
	slices.SortFunc(all, func(a, b Variable) int { return a.Pos.Line - b.Pos.Line })
	return all, found
}

// subject returns where the first mistake is.
func subject(mistakes hcl.Diagnostics) hcl.Range {
	for _, m := range mistakes {
		if m.Severity == hcl.DiagError && m.Subject != nil {
			return *m.Subject
		}
	}
	return hcl.Range{Start: hcl.InitialPos}
}

// tooDeep finds brackets, templates and operators that are nested so deep that the parser,
// which recurses, would exhaust the stack, and texts of so many lines that it would take
// minutes.
func tooDeep(text []byte) (hcl.Range, bool) {
	const most, mostLines = 200, 2000
	tokens, _ := hclsyntax.LexConfig(text, "", hcl.InitialPos)
	depth, operators, lines := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
			lines = 0
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion, hclsyntax.TokenColon:
			operators++
		case hclsyntax.TokenNewline, hclsyntax.TokenComma:
			operators = 0
		case hclsyntax.TokenStringLit:
			lines++
		}
		if depth > most || operators > most || lines > mostLines {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}

// plain returns a value as package json would have read it.
func plain(value cty.Value) any {
	raw, err := ctyjson.SimpleJSONValue{Value: value}.MarshalJSON()
	if err != nil {
		return nil // an unknown value, which a literal is not
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return nil
	}
	return v
}

// keptValue returns what the reader keeps of a variable.
func keptValue(name string, value any) any {
	k, ok := keptVariables.field(name)
	if !ok {
		return nil
	}
	return k.of(value)
}

// jsonVariables reads an object in JSON.
func jsonVariables(name string, text []byte) ([]Variable, diag.List) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	refuse := func(err error) ([]Variable, diag.List) {
		d := malformed(name, text, err)
		if d.Code == "terraform-not-state" {
			d.Message = "is JSON, but not an object of variables"
		}
		d.Code, d.Hint = "terraform-variables", "terraform validates such a file: terraform plan -var-file FILE"
		return nil, diag.List{d}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return refuse(err)
	}
	if _, err := decoder.Token(); err != nil {
		return refuse(err)
	}
	var all []Variable
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return refuse(err)
		}
		variable, _ := key.(string)
		at := position(name, text, decoder.InputOffset())
		at.Column -= len(variable) + 1
		var value any
		if err := decoder.Decode(&value); err != nil {
			return refuse(err)
		}
		all = append(all, Variable{variable, keptValue(variable, value), at})
	}
	return all, nil
}
