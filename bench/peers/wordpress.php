<?php
// Installs WordPress and fills it with the posts of an export, so that both systems show the same words.
// php wordpress.php FOLDER EXPORT.xml  — prints, as JSON, the address of a post and the cookies of the administrator.

[, $folder, $export] = $argv;
$_SERVER['HTTP_HOST'] = 'localhost';
define('WP_INSTALLING', true);
require "$folder/wp-load.php";
require "$folder/wp-admin/includes/upgrade.php";

function fill(string $export): int
{
    $last = 0;
    wp_defer_term_counting(true);
    foreach (simplexml_load_file($export)->channel->item as $item) {
        $wp = $item->children('wp', true);
        if ((string) $wp->post_type !== 'post' || (string) $wp->status !== 'publish') {
            continue;
        }
        $categories = [];
        foreach ($item->category as $category) {
            if ((string) $category['domain'] === 'category') {
                $categories[] = wp_create_category((string) $category);
            }
        }
        $last = wp_insert_post(wp_slash([
            'post_title' => (string) $item->title,
            'post_name' => (string) $wp->post_name,
            'post_content' => (string) $item->children('content', true)->encoded,
            'post_excerpt' => (string) $item->children('excerpt', true)->encoded,
            'post_date' => (string) $wp->post_date,
            'post_status' => 'publish',
            'post_author' => 1,
            'post_category' => $categories,
        ]));
    }
    wp_defer_term_counting(false);
    return $last;
}

function cookies(int $user): string
{
    $until = time() + DAY_IN_SECONDS;
    $token = WP_Session_Tokens::get_instance($user)->create($until);
    return LOGGED_IN_COOKIE . '=' . rawurlencode(wp_generate_auth_cookie($user, $until, 'logged_in', $token))
        . '; ' . AUTH_COOKIE . '=' . rawurlencode(wp_generate_auth_cookie($user, $until, 'auth', $token));
}

wp_install('Bench', 'admin', 'admin@example.org', true, '', wp_generate_password(24));
wp_delete_post(1, true);
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
$last = fill($export);
wp_cookie_constants();
flush_rewrite_rules(false);
echo json_encode(['single' => wp_parse_url(get_permalink($last), PHP_URL_PATH), 'cookie' => cookies(1)]), "\n";
