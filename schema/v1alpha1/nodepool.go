package v1alpha1

// Types returns the instance types of a pool, wherever AWS has them.
func (s NodePoolSpec) Types() []string {
	if s.InstanceType != "" {
		return []string{s.InstanceType}
	}
	return s.InstanceTypes
}
