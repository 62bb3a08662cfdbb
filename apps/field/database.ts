/** Field's tables as a Kysely-style `DB` interface; `altiplano` checks it against the live catalog at start. */
export interface FieldTables {
  tenant: { id: string; name: string; is_active: boolean };
  people: {
    id: string;
    tenant_id: string;
    code: string;
    name: string;
    email: string | null;
    mobile: string | null;
    department: string | null;
    is_active: boolean;
    role: string;
    created_at: Date;
  };
  tracking: {
    id: string;
    tenant_id: string;
    people_id: string;
    identifier: string;
    deviceid: string;
    receiveddate: Date;
    latitude: number;
    longitude: number;
    accuracy: number | null;
    payload: unknown;
  };
  journal_entry: {
    id: string;
    tenant_id: string;
    user_id: string;
    entry_type: string;
    privacy_scope: string;
    timestamp: Date;
    title: string;
    content: string | null;
    mood_rating: number | null;
    stress_level: number | null;
    is_deleted: boolean;
  };
  wellness_report: {
    id: string;
    tenant_id: string;
    period_start: string;
    period_end: string;
    people: number;
    entries: number;
    average_mood: string | null;
    average_stress: string | null;
    at_risk: number;
    created_at: Date;
  };
}
