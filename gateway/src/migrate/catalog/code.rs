//! What the database does by itself: functions, triggers, rules and row policies.

use super::{
    Kind,
    read::{Reading, comment, grants, owner},
};

pub(super) fn readings() -> Vec<Reading> {
    vec![functions(), triggers(), event_triggers(), rules(), policies()]
}

/// An aggregate has no definition to print: its parts are named.
fn functions() -> Reading {
    let (owner, comment, grants) =
        (owner("proowner"), comment("p.oid", "pg_proc"), grants("proacl", 'f', "proowner"));
    let query = format!(
        r"SELECT s.name || '.' || quote_ident(proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
            NULL::text, concat_ws(E'\n', CASE WHEN prokind = 'a' THEN
                (SELECT concat_ws(E'\n', 'aggregate', aggtransfn::regproc, aggfinalfn::regproc,
                    format_type(aggtranstype, NULL), agginitval) FROM pg_aggregate WHERE aggfnoid = p.oid)
                ELSE rtrim(pg_get_functiondef(p.oid), E'\n') END, {owner}, {comment}, {grants})
        FROM pg_proc p JOIN space s ON s.oid = pronamespace
        WHERE NOT EXISTS (SELECT FROM made WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
            AND d.deptype = 'i' AND d.refclassid = 'pg_type'::regclass)"
    );
    Reading { kind: Kind::Function, query }
}

fn triggers() -> Reading {
    let comment = comment("t.oid", "pg_trigger");
    let query = format!(
        r"SELECT name || ' ' || quote_ident(tgname), name, concat_ws(E'\n', pg_get_triggerdef(t.oid),
            CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END, {comment})
        FROM relation JOIN pg_trigger t ON tgrelid = id WHERE NOT tgisinternal"
    );
    Reading { kind: Kind::Trigger, query }
}

fn event_triggers() -> Reading {
    let query = r"SELECT quote_ident(evtname), NULL::text, concat_ws(E'\n', 'on ' || evtevent,
            'execute ' || evtfoid::regproc::text, 'tags ' || array_to_string(evttags, ', '),
            CASE evtenabled WHEN 'D' THEN 'disabled' END)
        FROM pg_event_trigger t
        WHERE NOT EXISTS (SELECT FROM made WHERE classid = 'pg_event_trigger'::regclass AND objid = t.oid)";
    Reading { kind: Kind::Trigger, query: query.to_owned() }
}

/// The rule that makes a view is the view.
fn rules() -> Reading {
    let query = r"SELECT name || ' ' || quote_ident(rulename), name, concat_ws(E'\n', pg_get_ruledef(r.oid),
            CASE ev_enabled WHEN 'D' THEN 'disabled' END)
        FROM relation JOIN pg_rewrite r ON ev_class = id WHERE rulename <> '_RETURN'";
    Reading { kind: Kind::Rule, query: query.to_owned() }
}

fn policies() -> Reading {
    let query = r"SELECT name || ' ' || quote_ident(polname), name, concat_ws(E'\n',
            CASE polcmd WHEN 'r' THEN 'for select' WHEN 'a' THEN 'for insert' WHEN 'w' THEN 'for update'
                WHEN 'd' THEN 'for delete' ELSE 'for all' END,
            CASE WHEN NOT polpermissive THEN 'restrictive' END,
            'to ' || (SELECT string_agg(coalesce(quote_ident(rolname), 'PUBLIC'), ', ' ORDER BY rolname)
                FROM unnest(polroles) role LEFT JOIN pg_roles ON pg_roles.oid = role),
            'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
        FROM relation JOIN pg_policy ON polrelid = id";
    Reading { kind: Kind::Policy, query: query.to_owned() }
}
