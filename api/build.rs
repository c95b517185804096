//! The web pages go into the binary: what changes there changes it.

fn main() -> std::io::Result<()> {
    // A folder that is not there would count as changed at every build.
    std::fs::create_dir_all("../web/dist")?;
    println!("cargo::rerun-if-changed=../web/dist");
    Ok(())
}
