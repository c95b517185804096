/** The texts of the dashboard alone, so that the chat box need not carry them. */
import { fill, locale, type Values } from '../i18n/index.ts';

const en = {
  settings: 'Chat settings', members: 'Site members', inbox: 'Inbox', signout: 'Sign out', language: 'Français',
  member_chat: 'Members chat', member_chat_text: 'Let the members of your site talk to each other, one to one and in groups.',
  enable: 'Enable members chat', on: 'On', off: 'Off',
  on_text: 'Signed-in members can chat with each other and start group conversations.',
  off_text: 'Members can only use the chat to talk to you. Their other conversations are kept, shown locked, and open again when you switch back on.',
  approval: 'New members', approval_text: 'When somebody uses the chat for the first time, they', approval_automatic: 'join at once', approval_manual: 'wait until you approve them',
  groups: 'Group conversations', groups_text: 'Who may start one', groups_members: 'Every member', groups_staff: 'Only owner and staff', largest: 'Largest group',
  owner_only: 'Only the owner can change these settings.', saved: 'Saved',
  search: 'Search members', all_statuses: 'All statuses', role: 'Role', badge: 'Badge', name: 'Name', status: 'Status', roles: 'Roles', badges: 'Badges', actions: 'Actions',
  active: 'Active', pending: 'Waiting', blocked: 'Blocked', removed: 'Removed', muted: 'Muted', outside: 'Not in the community',
  approve: 'Approve', block: 'Block', unblock: 'Unblock', mute: 'Mute', unmute: 'Unmute', remove: 'Remove', write: 'Write to this member',
  make_staff: 'Make staff', end_staff: 'Take staff role away', add_role: 'Add a role…', add_badge: 'Add a badge…', label_hint: 'Lower-case letters, digits, - and _', take: 'Take {label} away',
  block_sure: 'Block {name}? They can read and send nothing until you unblock them.', remove_sure: 'Remove {name} from the site? They lose the members’ area and the chat.',
  none: 'No member matches', none_text: 'Change the search or the filters.', more: 'Show more', count: '{n} member|{n} members', count_more: 'More than {n} members',
  token_title: 'Owner and staff', token_text: 'Paste a token of yours to manage the chat of your site. It stays in this tab.', token: 'Token', enter: 'Enter', not_staff: 'This token is not one of owner or staff.',
  staff_first: 'Staff lose their role first.', reserved: 'This role cannot be given.', label_bad: 'Use lower-case letters, digits, - and _.',
};
type Texts = { [key in keyof typeof en]: string };
const fr: Texts = {
  settings: 'Paramètres du chat', members: 'Membres du site', inbox: 'Boîte de réception', signout: 'Se déconnecter', language: 'English',
  member_chat: 'Chat de membres', member_chat_text: 'Permettez aux membres de votre site de discuter entre eux, en tête-à-tête et en groupe.',
  enable: 'Activer le Chat de membres', on: 'Activé', off: 'Désactivé',
  on_text: 'Les membres connectés peuvent discuter entre eux et démarrer des conversations de groupe.',
  off_text: 'Les membres ne peuvent utiliser le chat que pour discuter avec vous. Leurs autres conversations sont conservées, affichées verrouillées, et rouvrent dès que vous réactivez.',
  approval: 'Nouveaux membres', approval_text: 'À leur première visite, les nouveaux membres', approval_automatic: 'entrent tout de suite', approval_manual: 'attendent votre approbation',
  groups: 'Conversations de groupe', groups_text: 'Qui peut en créer', groups_members: 'Tous les membres', groups_staff: 'Propriétaire et équipe seulement', largest: 'Taille maximale',
  owner_only: 'Seul le propriétaire peut modifier ces paramètres.', saved: 'Enregistré',
  search: 'Rechercher un membre', all_statuses: 'Tous les statuts', role: 'Rôle', badge: 'Badge', name: 'Nom', status: 'Statut', roles: 'Rôles', badges: 'Badges', actions: 'Actions',
  active: 'Actif', pending: 'En attente', blocked: 'Bloqué', removed: 'Supprimé', muted: 'En sourdine', outside: 'Hors communauté',
  approve: 'Approuver', block: 'Bloquer', unblock: 'Débloquer', mute: 'Mettre en sourdine', unmute: 'Rendre la parole', remove: 'Supprimer', write: 'Écrire à ce membre',
  make_staff: 'Nommer dans l’équipe', end_staff: 'Retirer de l’équipe', add_role: 'Ajouter un rôle…', add_badge: 'Ajouter un badge…', label_hint: 'Minuscules, chiffres, - et _', take: 'Retirer {label}',
  block_sure: 'Bloquer {name} ? Cette personne ne pourra plus rien lire ni envoyer jusqu’au déblocage.', remove_sure: 'Supprimer {name} du site ? Cette personne perd l’espace membres et le chat.',
  none: 'Aucun membre ne correspond', none_text: 'Modifiez la recherche ou les filtres.', more: 'Afficher plus', count: '{n} membre|{n} membres', count_more: 'Plus de {n} membres',
  token_title: 'Propriétaire et équipe', token_text: 'Collez votre jeton pour gérer le chat de votre site. Il reste dans cet onglet.', token: 'Jeton', enter: 'Entrer', not_staff: 'Ce jeton n’est ni du propriétaire ni de l’équipe.',
  staff_first: 'Retirez d’abord cette personne de l’équipe.', reserved: 'Ce rôle ne peut pas être attribué.', label_bad: 'Minuscules, chiffres, - et _ seulement.',
};
export const d = (key: keyof Texts, values?: Values): string => fill((locale() === 'fr' ? fr : en)[key], values);
