package composed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
)

// composition is a Composition, ready to be run.
type composition struct {
	environment []patch
	templates   []template
	waits       []fieldpath.Path // of the status, that templates need
}

// template makes one object.
type template struct {
	key     string
	base    map[string]any
	patches []patch
}

// newComposition reads a Composition, and refuses what no Composition of ours has.
func newComposition(object map[string]any) (*composition, error) {
	written, err := decode(object)
	if err != nil {
		return nil, err
	}
	c := &composition{}
	if c.environment, err = environmentPatches(written.Environment.Patches); err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	for _, resource := range written.Resources {
		patches, err := resourcePatches(resource.Patches)
		if err != nil {
			return nil, fmt.Errorf("resource %q: %w", resource.Name, err)
		}
		c.templates = append(c.templates, template{resource.Name, resource.Base, patches})
	}
	for _, t := range c.templates {
		for _, p := range t.patches {
			c.waits = append(c.waits, p.waits()...)
		}
	}
	return c, nil
}

// input is the function's input, as far as package xr writes it.
type input struct {
	APIVersion  string
	Kind        string
	Environment struct{ Patches []writtenPatch }
	Resources   []struct {
		Name            string
		Base            map[string]any
		Patches         []writtenPatch
		ReadinessChecks []any // they do not decide what is made
	}
}

// spec is that of a Composition.
type spec struct {
	CompositeTypeRef any
	Mode             string
	Pipeline         []struct {
		Step        string
		FunctionRef struct{ Name string }
		Input       input
	}
}

// decode takes the function's input out of a Composition. A field that it does
// not know is an error.
func decode(object map[string]any) (input, error) {
	data, err := json.Marshal(object["spec"])
	if err != nil {
		return input{}, err
	}
	var s spec
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil {
		return input{}, fmt.Errorf("%s is not of ours", strings.TrimPrefix(err.Error(), "json: "))
	}
	if len(s.Pipeline) != 1 {
		return input{}, fmt.Errorf("it has %d steps; one of ours has one", len(s.Pipeline))
	}
	if name := s.Pipeline[0].FunctionRef.Name; name != xr.FunctionName {
		return input{}, fmt.Errorf("its function is %q; one of ours runs %q", name, xr.FunctionName)
	}
	return s.Pipeline[0].Input, nil
}

// compose makes the objects of a composite.
func (c *composition) compose(composite map[string]any) ([]Resource, error) {
	from, err := c.sources(composite)
	if err != nil {
		return nil, err
	}
	made := make([]Resource, len(c.templates))
	for i, t := range c.templates {
		object, err := t.object(from)
		if err != nil {
			return nil, fmt.Errorf("resource %q: %w", t.key, err)
		}
		if err := settle(object, composite, t.key); err != nil {
			return nil, fmt.Errorf("resource %q: %w", t.key, err)
		}
		made[i] = Resource{Key: t.key, Object: object}
	}
	return made, nil
}

// sources are what patches read.
type sources struct {
	composite   map[string]any
	environment map[string]any // the function's
}

// sources of a composite: each part of its status that templates wait for is
// there, and not known.
func (c *composition) sources(composite map[string]any) (sources, error) {
	filled := map[string]any{}
	for name, value := range composite {
		filled[name] = value
	}
	filled["status"] = map[string]any{}
	for _, path := range c.waits {
		if err := path.Set(filled, plan.Unknown); err != nil {
			return sources{}, err
		}
	}
	from := sources{filled, map[string]any{}}
	for _, p := range c.environment {
		if err := p.apply(from, from.environment); err != nil {
			return sources{}, fmt.Errorf("environment: %w", err)
		}
	}
	return from, nil
}

func (t template) object(from sources) (map[string]any, error) {
	object := fieldpath.Copy(t.base).(map[string]any)
	for _, p := range t.patches {
		if err := p.apply(from, object); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// keyAnnotation carries a composed object's key.
var keyAnnotation = fieldpath.Parse("metadata.annotations[crossplane.io/composition-resource-name]")

// settle does to an object what Crossplane does before it is applied.
func settle(object, composite map[string]any, key string) error {
	namespace := text(composite, "metadata.namespace")
	if err := fieldpath.Parse("metadata.namespace").Set(object, namespace); err != nil {
		return err
	}
	return keyAnnotation.Set(object, key)
}
