import type { Condition } from 'altiplano/twin';

// On the table aliased as `customer`.

export function attributeEquals(key: string, text: string): Condition {
  return (bind) => `customer.other_attributes ->> ${bind(key)}::text = ${bind(text)}::text`;
}

export function hasAnyLabel(links: string, labels: readonly string[]): Condition {
  return (bind) =>
    `EXISTS (SELECT FROM ${links} link WHERE link.customer_id = customer.id AND link.label_id = ANY(${bind(labels)}::uuid[]))`;
}
