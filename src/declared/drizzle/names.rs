//! The default name of a foreign key from v1 on (`defaultNameForFK` in `drizzle-kit/src/dialects/postgres/grammar.ts`).

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HASH_LENGTH: u32 = 12;

/// `table_columns_table_columns_fkey`; with a hash where that is longer than a server's name.
pub(super) fn foreign_key(table: &str, columns: &[String], to_table: &str, to_columns: &[String]) -> String {
    let desired = format!("{table}_{}_{to_table}_{}_fkey", columns.join("_"), to_columns.join("_"));
    let length = |text: &str| text.encode_utf16().count();
    match length(&desired) {
        ..=63 => desired,
        _ if length(table) < 45 => format!("{table}_{}_fkey", hash(&desired)),
        _ => format!("{}_fkey", hash(&desired)),
    }
}

/// `hash` in `drizzle-kit/src/dialects/common.ts`: a polynomial over the characters, in base 62.
fn hash(text: &str) -> String {
    let combinations = 62_u128.pow(HASH_LENGTH);
    let (mut power, mut hash) = (1_u128, 0_u128);
    for c in text.chars() {
        hash = (hash + u128::from(u32::from(c)) * power) % combinations;
        power = power * 53 % combinations;
    }
    let mut digits = Vec::new();
    for _ in 0..HASH_LENGTH {
        digits.push(char::from(DIGITS[(hash % 62) as usize]));
        hash /= 62;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::foreign_key;

    #[test]
    fn as_drizzle_kit_names_them() {
        let long = "long_name_that_is_very_long_indeed_to_be_cut_off".to_owned();
        assert_eq!(foreign_key("app_things", &[long], "users", &["id".into()]), "app_things_aFSfUZa3wGvp_fkey");
        assert_eq!(foreign_key("a", &["b".into()], "c", &["d".into()]), "a_b_c_d_fkey");
    }
}
