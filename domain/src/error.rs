//! What all refusals have in common: a stable code and a kind. The HTTP status is made from the kind, in one place.

/// The nature of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command itself breaks a rule, whatever the state.
    Invalid,
    /// The caller may not do this.
    Forbidden,
    /// It does not exist, or the caller may not know of it.
    NotFound,
    /// It contradicts what is already so.
    Conflict,
}

/// A domain error.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable, `<aggregate>.<what>`.
    fn code(&self) -> &'static str;
    /// Its nature.
    fn kind(&self) -> Kind;
}

/// Writes an error enum: variants with a code, a kind and a sentence for people, and, after `from`, the refusals of other
/// aggregates that can surface here.
macro_rules! refusals {
    (
        $(#[$doc:meta])* $name:ident { $($variant:ident => $code:literal, $kind:ident, $sentence:literal;)+ }
        $(from { $($wrapper:ident($inner:ty)),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: `", $sentence, "`.")] #[error($sentence)] $variant,)+
            $($(#[doc = concat!("A refusal of [`", stringify!($inner), "`].")] #[error(transparent)] $wrapper(#[from] $inner),)+)?
        }

        impl $crate::error::Refusal for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                    $($(Self::$wrapper(inner) => inner.code(),)+)?
                }
            }

            fn kind(&self) -> $crate::error::Kind {
                match self {
                    $(Self::$variant => $crate::error::Kind::$kind,)+
                    $($(Self::$wrapper(inner) => inner.kind(),)+)?
                }
            }
        }
    };
}
pub(crate) use refusals;
