//! What all refusals have in common: a stable code and a kind, from which the HTTP status follows.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command itself breaks a rule, whatever the state.
    Invalid,
    /// The caller may not do this.
    Forbidden,
    /// It does not exist, or the caller may not know of it.
    NotFound,
    /// It contradicts the present state.
    Conflict,
}

/// The element of a list of the command that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Element {
    /// The field that holds the list.
    pub list: &'static str,
    /// Its place in the list, from 0.
    pub index: usize,
}

impl Element {
    /// The first element that fails the check.
    pub(crate) fn first_failing<T>(list: &'static str, items: &[T], check: impl Fn(&T) -> bool) -> Option<Self> {
        items.iter().position(|item| !check(item)).map(|index| Self { list, index })
    }
}

/// A domain error.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable, `<aggregate>.<what>`.
    fn code(&self) -> &'static str;
    fn kind(&self) -> Kind;
    /// The element that it is about, where the command has a list of them.
    fn element(&self) -> Option<Element> {
        None
    }
}

/// Writes an error enum: variants with a code, a kind and a sentence for people, and, after `from`, the refusals of other
/// aggregates that can surface here. A variant marked `of Element` says which element of a list it is about, if any.
macro_rules! refusals {
    (
        $(#[$doc:meta])* $name:ident { $($variant:ident $(of $element:ident)? => $code:literal, $kind:ident, $sentence:literal;)+ }
        $(from { $($wrapper:ident($inner:ty)),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: `", $sentence, "`.")] #[error($sentence)] $variant $((Option<$crate::error::$element>))?,)+
            $($(#[doc = concat!("A refusal of [`", stringify!($inner), "`].")] #[error(transparent)] $wrapper(#[from] $inner),)+)?
        }

        impl $crate::error::Refusal for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                    $($(Self::$wrapper(inner) => inner.code(),)+)?
                }
            }

            fn kind(&self) -> $crate::error::Kind {
                match self {
                    $(Self::$variant { .. } => $crate::error::Kind::$kind,)+
                    $($(Self::$wrapper(inner) => inner.kind(),)+)?
                }
            }

            fn element(&self) -> Option<$crate::error::Element> {
                match self {
                    $($(Self::$variant(element) => { let element: &Option<$crate::error::$element> = element; *element })?)+
                    $($(Self::$wrapper(inner) => inner.element(),)+)?
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use refusals;
