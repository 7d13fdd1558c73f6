//! One of the two servers that `./dev bench kit` compares: `kit bare PORT` or `kit kit PORT`.

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(port)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: kit bare|kit PORT");
    };
    compat_tests::bench::kit::serve(&name, port.parse()?)
}
