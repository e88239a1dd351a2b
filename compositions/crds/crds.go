// Package crds compares what a fleet states with the definitions (CRDs) of a release of
// providers.
//
// In go a folder of definitions, as in package/crds of a provider's repository, and the
// resources of environments; out come diagnostics: kinds, versions and fields that the
// release lacks, fields of another type, values that it no longer allows, fields that it
// newly requires, and fields that it does not let change. Rules in CEL are not evaluated:
// only those that compare with the old value are looked for.
package crds

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
)

// code is the code of the diagnostics.
const code = "provider-schema"

// Release is the definitions of a release, read when they are needed.
type Release struct {
	folder string
	shown  string
	kinds  map[string]*definition // by group and kind; nil for one that the folder lacks

	found  map[problem]map[string]bool // the environments by problem
	absent map[string]bool             // kinds that the folder lacks
}

// problem is what is wrong with a kind, for all environments that have it.
type problem struct {
	file, text string
	severity   diag.Severity
}

// definition is the served versions of a kind.
type definition struct {
	file     string
	versions map[string]map[string]any // the schema by version
}

// Open opens a folder; shown is its path for the reader.
func Open(folder, shown string) (*Release, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err == nil && len(files) == 0 {
		err = errors.New("no definitions are here (files *.yaml); in the repository of provider-aws they are in package/crds")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	return &Release{folder: folder, shown: shown, kinds: map[string]*definition{}, found: map[problem]map[string]bool{}, absent: map[string]bool{}}, nil
}

// Add compares a resource of an environment. Kinds of other providers than provider-aws
// are left out: their definitions are elsewhere.
func (r *Release) Add(environment string, object map[string]any) error {
	group, version, _ := strings.Cut(fieldpath.Text(object, "apiVersion"), "/")
	kind := fieldpath.Text(object, "kind")
	if !strings.HasSuffix("."+group, ".aws.m.upbound.io") {
		return nil
	}
	d, err := r.definition(group, kind)
	if err != nil {
		return err
	}
	if d == nil {
		r.absent[kind+"."+group] = true
		return nil
	}
	report := func(severity diag.Severity, text string) {
		p := problem{path.Join(r.shown, d.file), kind + "." + group + ": " + text, severity}
		if r.found[p] == nil {
			r.found[p] = map[string]bool{}
		}
		r.found[p][environment] = true
	}
	schema, served := d.versions[version]
	if !served {
		report(diag.Error, fmt.Sprintf("version %s is not served; served are %s", version, strings.Join(names(d.versions), ", ")))
		return nil
	}
	c := comparison{report}
	spec, _ := fieldpath.At(schema, "properties", "spec").(map[string]any)
	c.value("spec", spec, object["spec"])
	return nil
}

// Problems returns the diagnostics, each with the environments that it is about.
func (r *Release) Problems() diag.List {
	var all diag.List
	if len(r.absent) > 0 {
		all = append(all, diag.Diagnostic{
			Severity: diag.Error, Code: code, Pos: diag.Pos{File: r.shown},
			Message: "the release has no definition of " + strings.Join(names(r.absent), ", "),
			Hint:    "give the folder with all definitions of the release; if it is that one, keep the former release",
		})
	}
	for p, environments := range r.found {
		hint := "keep the former release, or wait for a dominoc that emits this kind otherwise"
		if p.severity == diag.Warning {
			hint = "before an edit of it, look at what AWS does: the API server refuses another value"
		}
		all = append(all, diag.Diagnostic{
			Severity: p.severity, Code: code, Pos: diag.Pos{File: p.file},
			Message: p.text + "; environments: " + some(names(environments)), Hint: hint,
		})
	}
	return all.Sorted()
}

// some names a few of many environments.
func some(names []string) string {
	const most = 6
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func names[V any](all map[string]V) []string {
	var out []string
	for name := range ordered.All(all) {
		out = append(out, name)
	}
	return out
}

// definition returns the definition of a kind; nil if the folder lacks it. Files are named
// by group and plural, as controller-gen does it.
func (r *Release) definition(group, kind string) (*definition, error) {
	id := group + "/" + kind
	if d, known := r.kinds[id]; known {
		return d, nil
	}
	r.kinds[id] = nil
	files, err := filepath.Glob(filepath.Join(r.folder, group+"_*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(content, []byte("\n    kind: "+kind+"\n")) { // parsing takes time
			continue
		}
		objects, err := emit.Objects(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path.Join(r.shown, filepath.Base(file)), err)
		}
		for _, o := range objects {
			if o["kind"] == "CustomResourceDefinition" && fieldpath.Text(o, "spec", "names", "kind") == kind {
				r.kinds[id] = &definition{filepath.Base(file), served(o)}
			}
		}
	}
	return r.kinds[id], nil
}

// served returns the schemas of the served versions.
func served(object map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	versions, _ := fieldpath.At(object, "spec", "versions").([]any)
	for _, v := range versions {
		if schema, ok := fieldpath.At(v, "schema", "openAPIV3Schema").(map[string]any); ok && fieldpath.At(v, "served") == true {
			all[fieldpath.Text(v, "name")] = schema
		}
	}
	return all
}

// comparison compares one resource.
type comparison struct {
	report func(diag.Severity, string)
}

// value compares a value with the schema of its field.
func (c comparison) value(field string, schema map[string]any, value any) {
	rules, _ := schema["x-kubernetes-validations"].([]any)
	if slices.ContainsFunc(rules, func(rule any) bool { return strings.Contains(fieldpath.Text(rule, "rule"), "oldSelf") }) {
		c.report(diag.Warning, field+" cannot change in this release")
	}
	switch v := value.(type) {
	case map[string]any:
		c.object(field, schema, v)
	case []any:
		items, _ := schema["items"].(map[string]any)
		if !c.is(field, schema, "array", "a list") {
			return
		}
		for _, element := range v {
			c.value(field+"[]", items, element)
		}
	case string:
		allowed, _ := schema["enum"].([]any)
		if v != plan.Unknown && c.is(field, schema, "string", "text") && allowed != nil && !slices.Contains(allowed, any(v)) {
			c.report(diag.Error, fmt.Sprintf("%s: the release does not allow %q", field, v))
		}
	case bool:
		c.is(field, schema, "boolean", "a boolean")
	case int, int64, float64:
		if schema["type"] != "integer" {
			c.is(field, schema, "number", "a number")
		}
	}
}

// is reports a field whose type is another one, and returns whether it is this one.
func (c comparison) is(field string, schema map[string]any, name, shown string) bool {
	if schema["type"] == name || schema["x-kubernetes-int-or-string"] == true || schema["x-kubernetes-preserve-unknown-fields"] == true {
		return true
	}
	c.report(diag.Error, fmt.Sprintf("%s is %s, and the release wants %v", field, shown, schema["type"]))
	return false
}

// object compares the fields of an object, or the entries of a map.
func (c comparison) object(field string, schema map[string]any, object map[string]any) {
	if schema["x-kubernetes-preserve-unknown-fields"] == true || !c.is(field, schema, "object", "an object") {
		return
	}
	properties, _ := schema["properties"].(map[string]any)
	entries, isMap := schema["additionalProperties"].(map[string]any)
	for name, value := range ordered.All(object) {
		inner, known := properties[name].(map[string]any)
		switch {
		case known:
			c.value(field+"."+name, inner, value)
		case isMap:
			c.value(field+".*", entries, value)
		default:
			c.report(diag.Error, fmt.Sprintf("%s.%s: the release has no such field, and the API server drops it", field, name))
		}
	}
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, stated := object[fieldpath.Text(name)]; !stated {
			c.report(diag.Error, fmt.Sprintf("%s.%v: the release requires it", field, name))
		}
	}
}
