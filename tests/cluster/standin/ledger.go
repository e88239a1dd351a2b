package standin

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"
)

// Ledger is what AWS holds: of each namespace the kind with the name or id by which
// AWS knows it. It outlives the objects, as what AWS holds does, and a management
// cluster: a stand-in that is started with the ledger of another finds what that
// one made.
type Ledger struct {
	mu   sync.Mutex
	held map[string]map[string]types.UID // by namespace and name, the object that made it
}

// NewLedger is an AWS that holds nothing.
func NewLedger() *Ledger { return &Ledger{held: map[string]map[string]types.UID{}} }

// Holds lists what AWS holds of a namespace, such as ec2/VPC vpc-0123456789abcdef0,
// sorted.
func (l *Ledger) Holds(namespace string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.held[namespace]))
}

// maker is the object that made what an object stands for; itself, when AWS holds
// nothing like it yet.
func (l *Ledger) maker(o *object) (uid types.UID, held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if uid, held = l.held[o.GetNamespace()][entry(o)]; held {
		return uid, true
	}
	return o.GetUID(), false
}

// enter writes down what an object made. What is held already stays its maker's.
func (l *Ledger) enter(o *object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[o.GetNamespace()] == nil {
		l.held[o.GetNamespace()] = map[string]types.UID{}
	}
	if _, held := l.held[o.GetNamespace()][entry(o)]; !held {
		l.held[o.GetNamespace()][entry(o)] = o.GetUID()
	}
}

// strike takes what an object stands for off the ledger. With a cluster goes what was
// kept inside it.
func (l *Ledger) strike(o *object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := l.held[o.GetNamespace()]
	delete(held, entry(o))
	if o.service() == "eks/Cluster" {
		maps.DeleteFunc(held, func(entry string, _ types.UID) bool {
			return strings.HasPrefix(entry, "helm/") || strings.HasPrefix(entry, "kubernetes/")
		})
	}
}

func entry(o *object) string { return o.service() + " " + o.name() }

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
