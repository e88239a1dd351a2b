package catalog

// EndpointService returns EC2's name for the endpoints of a service in the region, such as
// com.amazonaws.us-west-2.ecr.api; empty for a service for which no environment has an
// endpoint.
func (r Region) EndpointService(service string) string {
	prefix, known := endpointPrefixes()[[2]string{r.Partition, service}]
	if !known {
		return ""
	}
	return prefix + "." + r.Name + "." + service
}

// endpointPrefixes returns the prefixes of the names, by partition and service.
var endpointPrefixes = index("endpoint-services.csv", func(r row) ([2]string, string) {
	return [2]string{r.text("partition"), r.text("service")}, r.text("prefix")
})
