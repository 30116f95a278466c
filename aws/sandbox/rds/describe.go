package rds

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"keyturn/aws/sandbox/cloud"
	"keyturn/aws/sandbox/wire"
)

// minRecords is the least MaxRecords that RDS's Describe calls accept;
// defaultRecords applies when a request has none.
const (
	minRecords     = 20
	defaultRecords = 100
)

// page returns one page of all items.
func page[T any](all []T, size *int32, most int32, marker *string) (page []T, next *string, err error) {
	n := aws.ToInt32(orInt32(size, defaultRecords))
	if n < minRecords || n > most {
		return nil, nil, wire.Errorf("InvalidParameterValue", "Invalid value %d for MaxRecords. Must be between %d and %d", n, minRecords, most)
	}
	page, next, ok := cloud.Page(all, marker, int(n))
	if !ok {
		return nil, nil, wire.Errorf("InvalidParameterValue", "Invalid marker: %s", *marker)
	}
	return page, next, nil
}

// applyFilters applies RDS's filters: an item passes if, for every filter, its
// field is one of the values.
func applyFilters[T any](items []T, filters []types.Filter, fields map[string]func(T) *string) ([]T, error) {
	for _, f := range filters {
		field, ok := fields[aws.ToString(f.Name)]
		switch {
		case !ok:
			return nil, wire.Errorf("InvalidParameterValue", "Unrecognized filter name: %s", aws.ToString(f.Name))
		case len(f.Values) == 0:
			return nil, wire.Errorf("InvalidParameterCombination", "The values of the filter %s must not be empty.", *f.Name)
		}
		items = slices.DeleteFunc(items, func(item T) bool {
			value := field(item)
			return value == nil || !slices.ContainsFunc(f.Values, func(v string) bool { return strings.EqualFold(v, *value) })
		})
	}
	return items, nil
}

func (s *Service) describeDBInstances(_ context.Context, in *rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
	id := aws.ToString(in.DBInstanceIdentifier)
	s.mu.RLock()
	defer s.mu.RUnlock()
	all, err := applyFilters(s.candidates(id, len(in.Filters)), s.resolveIdentifierFilters(in.Filters, id), map[string]func(*instance) *string{
		"db-cluster-id":   func(i *instance) *string { return i.db.DBClusterIdentifier },
		"db-instance-id":  func(i *instance) *string { return i.db.DBInstanceIdentifier },
		"dbi-resource-id": func(i *instance) *string { return i.db.DbiResourceId },
		"domain":          func(*instance) *string { return nil },
		"engine":          func(i *instance) *string { return i.db.Engine },
	})
	if err != nil {
		return nil, err
	}
	if id != "" && len(all) == 0 {
		return nil, notFound(id)
	}
	page, marker, err := page(all, in.MaxRecords, 100, in.Marker)
	if err != nil {
		return nil, err
	}
	out := &rds.DescribeDBInstancesOutput{DBInstances: make([]types.DBInstance, 0, len(page)), Marker: marker}
	for _, i := range page {
		out.DBInstances = append(out.DBInstances, i.db)
	}
	return out, nil
}

// candidates returns the instances that can match a request, by identifier: the
// one that it names if it has no filters, otherwise all.
func (s *Service) candidates(id string, filters int) []*instance {
	if id != "" && filters == 0 {
		if i, ok := s.instances[s.identifier(id)]; ok {
			return []*instance{i}
		}
		return nil
	}
	all := slices.Collect(maps.Values(s.instances))
	slices.SortFunc(all, func(a, b *instance) int {
		return strings.Compare(*a.db.DBInstanceIdentifier, *b.db.DBInstanceIdentifier)
	})
	return all
}

// resolveIdentifierFilters returns the request's filters with each ARN in
// db-instance-id replaced by the identifier. As in RDS, DBInstanceIdentifier
// adds a value to that filter, or is such a filter of its own.
func (s *Service) resolveIdentifierFilters(filters []types.Filter, id string) []types.Filter {
	filters = slices.Clone(filters)
	for n, f := range filters {
		if aws.ToString(f.Name) != "db-instance-id" || len(f.Values) == 0 {
			continue
		}
		filters[n].Values = nil
		for _, v := range f.Values {
			filters[n].Values = append(filters[n].Values, s.identifier(v))
		}
		if id != "" {
			filters[n].Values = append(filters[n].Values, s.identifier(id))
			id = ""
		}
	}
	if id != "" {
		filters = append(filters, types.Filter{Name: aws.String("db-instance-id"), Values: []string{s.identifier(id)}})
	}
	return filters
}
