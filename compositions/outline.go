package compositions

import (
	"sync"

	"github.com/dominoc/dominoc/compositions/check"
	"github.com/dominoc/dominoc/compositions/components/environment"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
)

// Outlines lowers plans for package check, each shape once: the resources of a thousand
// environments would need half a gigabyte. The zero value is ready.
type Outlines struct{ byShape[outline] }

// outline is what package check reads of the resources of a shape.
type outline struct {
	symbols *xr.Symbols
	objects []check.Object
}

// Lower lowers a plan as if Git had no ids. In the parent's resources symbols stand for
// the parts of the plan: only how many there are, and their names, matter.
func (o *Outlines) Lower(p *plan.Plan) []check.Composite {
	p = withoutIDs(p)
	parent := environment.Lower(reading(p, p.Spec.Common, parentStatus(p), nil), xr.Whole)
	components := Components(p)
	all := make([]check.Composite, 1+len(components))
	all[0] = check.Composite{Objects: check.Read(parent), Value: func(text string) string { return text }}
	_ = Parallel(len(components), func(i int) error {
		all[1+i] = o.composite(components[i])
		return nil
	})
	return all
}

func (o *Outlines) composite(c Component) check.Composite {
	shape, _ := c.Symbolic() // only the parent's fails
	outline := o.of(shape, func() outline {
		symbols, resources := shape.Lower()
		return outline{symbols, check.Read(resources)}
	})
	return check.Composite{Key: c.Key, Objects: outline.objects, Value: func(text string) string {
		return outline.symbols.Fill(text, shape.Texts)
	}}
}

// byShape has a value of each shape. The zero value is ready.
type byShape[V any] struct {
	mu       sync.Mutex
	computed map[string]func() V // by key; computes once
}

// of returns the value of a shape, which the first caller computes.
func (b *byShape[V]) of(shape Shape, compute func() V) V {
	b.mu.Lock()
	once, known := b.computed[shape.Key]
	if !known {
		if b.computed == nil {
			b.computed = map[string]func() V{}
		}
		once = sync.OnceValue(compute)
		b.computed[shape.Key] = once
	}
	b.mu.Unlock()
	return once()
}
