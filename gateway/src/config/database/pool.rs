//! How many connections the gateway may have, and whether it cancels on the server what nobody waits for.

use std::{fmt, str::FromStr};

use crate::{
    config::{
        reader::{Reader, Told},
        setting::{DATABASE_CANCEL, DATABASE_POOL_MAX, GATEWAY_REPLICAS},
    },
    db::PoolSettings,
};

/// More than any server has connections, or any service replicas.
const MOST: usize = 10_000;

struct Count(usize);

impl FromStr for Count {
    type Err = BadCount;

    fn from_str(text: &str) -> Result<Self, BadCount> {
        text.parse().ok().filter(|count| (1..=MOST).contains(count)).map(Self).ok_or(BadCount)
    }
}

struct BadCount;

impl fmt::Display for BadCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not such a number")
    }
}

struct Switch(bool);

impl FromStr for Switch {
    type Err = BadSwitch;

    fn from_str(text: &str) -> Result<Self, BadSwitch> {
        match text {
            "on" => Ok(Self(true)),
            "off" => Ok(Self(false)),
            _ => Err(BadSwitch),
        }
    }
}

struct BadSwitch;

impl fmt::Display for BadSwitch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("neither on nor off")
    }
}

/// All three are judged even when one is wrong.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<PoolSettings, Told> {
    let most = reader.parsed::<Count>(
        &DATABASE_POOL_MAX,
        DATABASE_POOL_MAX.default,
        "write a whole number from 1 to 10000",
    );
    let replicas = reader.parsed::<Count>(
        &GATEWAY_REPLICAS,
        GATEWAY_REPLICAS.default,
        "write a whole number from 1 to 10000",
    );
    let cancels = reader.parsed::<Switch>(
        &DATABASE_CANCEL,
        DATABASE_CANCEL.default,
        "write `on`, or `off` for PgBouncer 1.18, which dies of a cancel",
    );
    Ok(PoolSettings { most: most?.0, replicas: replicas?.0, cancels: cancels?.0 })
}
