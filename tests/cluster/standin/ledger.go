package standin

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/types"
)

// ledger is what AWS holds: of each namespace the kind with the name or id by
// which AWS knows it, by the UID of the object that made it. It outlives the
// objects, as what AWS holds does.
type ledger map[string]map[types.UID]string

// Holds lists what AWS holds of a namespace, such as ec2/VPC vpc-0123456789abcdef0,
// sorted. What two objects made stands twice.
func (p *Provider) Holds(namespace string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Values(p.holds[namespace]))
}

// enter writes an object down as held.
func (p *Provider) enter(o *object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.holds[o.GetNamespace()] == nil {
		p.holds[o.GetNamespace()] = map[types.UID]string{}
	}
	p.holds[o.GetNamespace()][o.GetUID()] = o.service() + " " + o.name()
}

// strike takes an object off the ledger.
func (p *Provider) strike(o *object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.holds[o.GetNamespace()], o.GetUID())
}

// Refuse makes AWS refuse every change of an object from now on, as it refuses
// what would replace one: the object stays ready and is no longer synced. An
// empty reason ends that.
func (p *Provider) Refuse(service, namespace, name, why string) {
	k := key{service, namespace, name}
	p.mu.Lock()
	p.refused[k] = why
	p.mu.Unlock()
	p.queue.Add(k)
}

func (p *Provider) refusal(k key) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused[k]
}
