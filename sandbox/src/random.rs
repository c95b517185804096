//! Random text and numbers from the system, for passwords, names and ports.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::SandboxError;

const SOURCE: &str = "/dev/urandom";

fn bytes<const N: usize>() -> Result<[u8; N], SandboxError> {
    let path = Path::new(SOURCE);
    let mut bytes = [0; N];
    File::open(path).and_then(|mut file| file.read_exact(&mut bytes)).map_err(SandboxError::io("read", path))?;
    Ok(bytes)
}

/// `2 * N` hexadecimal digits: safe in a URL, a configuration file and a database name.
pub(crate) fn hex<const N: usize>() -> Result<String, SandboxError> {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    Ok(bytes::<N>()?.iter().flat_map(digits).flatten().collect())
}

/// Any 16-bit number.
pub(crate) fn number() -> Result<u16, SandboxError> {
    Ok(u16::from_le_bytes(bytes()?))
}
